import { createHash } from 'node:crypto'
import { isContainerRuntime } from '#build/choose-image'
import { kconfigKey } from '#build/kconfig-source'
import { makeSettings } from '#build/open-session'
import type { BuildPlan } from '#build/plan-build'
import type { Engine } from '#container/container-spec'
import { findImage } from '#container/find-image'
import { lkftVersion } from '#files/version'
import type { StageContext } from '#log/reporter'
import { runCommand } from '#process/run-command'

/** The key of a build's result, or why it has none. */
export type ReuseKey = { readonly key: string } | { readonly why: string }

/**
 * Names the result of a build before it is made: the tree's hash, base
 * configuration and fragments in their order, the image's digest, and every option
 * that bytes depend on. What cannot be named so has no key: changed or untracked
 * files, this machine's own compilers, hooks.
 *
 * @throws LkftError CONTAINER_FAILED when the image cannot be had
 */
export async function reuseKey(plan: BuildPlan, context: StageContext): Promise<ReuseKey> {
  const { request, source } = plan
  const { preBuild, postBuild, results } = request.hooks
  if (!isContainerRuntime(request.runtime))
    return { why: 'the compilers of this machine have no digest; use a container' }
  if (source.git === null) return { why: 'the source is no git tree' }
  if (source.git.dirty || (await hasUntracked(source.root, context.signal))) {
    return { why: 'the source has files that its commit does not hold' }
  }
  if (preBuild.length + postBuild.length + results.length > 0) return { why: 'hooks do more than build' }
  if (request.bootLog !== undefined) return { why: 'a console log is decoded' }
  if (request.shell) return { why: 'a shell was asked for' }
  const digest = await imageDigest(plan, context)
  // A compiler cache changes no byte, and jobs and limits neither.
  const settings = makeSettings({ ...plan, request: { ...request, wrapper: 'none' } })
  const { CC: cc, HOSTCC: hostcc, ...variables } = settings.variables
  const unwrapped = [cc, hostcc].map((word) => word?.replace(/^(?:\S*\/)?s?ccache /, '') ?? null)
  const inputs = {
    lkft: lkftVersion(),
    tree: source.git.tree,
    // The release of a kernel may carry them (CONFIG_LOCALVERSION_AUTO).
    commit: source.git.commit,
    describe: source.git.describe,
    timestamp: plan.timestamp,
    architecture: plan.architecture.name,
    native: request.native,
    toolchain: plan.toolchain.name,
    base: kconfigKey(plan.base),
    fragments: plan.fragments.map(kconfigKey),
    strict: request.kconfigStrict,
    image: digest,
    variables: Object.entries(variables),
    compilers: unwrapped,
    environment: Object.entries(settings.environment),
    targets: plan.targets.map(({ name }) => name),
    kernelImage: request.kernelImage ?? null,
    compression: request.compression,
    network: request.network,
  }
  return { key: createHash('sha256').update(JSON.stringify(inputs)).digest('hex') }
}

async function hasUntracked(root: string, signal: AbortSignal): Promise<boolean> {
  const argv = [
    'git',
    '-c',
    `safe.directory=${root}`,
    '-C',
    root,
    'ls-files',
    '--others',
    '--exclude-standard',
  ] as const
  const { exitCode, stdout } = await runCommand({ argv: [...argv, '--directory'] }, { signal, keepBytes: 4096 })
  return exitCode !== 0 || stdout !== ''
}

async function imageDigest({ image = '', request }: BuildPlan, context: StageContext): Promise<string> {
  const pinned = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1]
  if (pinned !== undefined) return pinned
  const engine = request.runtime.replace('-local', '') as Engine
  return (await findImage(engine, image, { pull: !request.runtime.endsWith('-local'), context })).digest
}
