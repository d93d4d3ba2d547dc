import { join, resolve } from 'node:path'
import type { BuildOptions } from '#build/build-request'
import { LkftError } from '#errors/lkft-error'
import { toBuildRequest } from '#cli/run/cell-requests'
import { artifactStore } from '#github/artifacts'
import type { CacheServer } from '#github/cache-server-job'
import { readEvent } from '#github/event'
import { defined } from '#github/defined'
import type { InputReader } from '#github/inputs'
import { fetchPlan, findCell } from '#github/plan-artifact'
import { fetchSource } from '#github/source-artifact'
import { readStageInputs, type StageInputs, workFolder } from '#github/stage-inputs'
import { decideTrust } from '#github/trust'
import type { StageContext } from '#log/reporter'

/** Everything that build-kernel was asked. */
export interface BuildInputs extends StageInputs {
  readonly attempt: number
  readonly options: BuildOptions
  /** Commits to build one after the other in place of the tested one, oldest first. */
  readonly series: readonly string[] | undefined
  /** Folder of the compiler cache that lives in GitHub's cache between runs; undefined without `cache`. */
  readonly keptCache: string | undefined
  readonly trusted: boolean
}

/** Reads the inputs once; a cell of the plan gives what `job` names, and the source when there is no checkout. */
export async function loadInputs(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  context: StageContext,
): Promise<BuildInputs> {
  const stage = readStageInputs(inputs, 'build', environment)
  const trusted = await isTrusted(environment)
  const keptCache = inputs.flag('cache', false) ? join(workFolder(environment), 'compiler-cache') : undefined
  const given = readOptions(inputs, trusted, keptCache)
  const attempt = Number(environment['GITHUB_RUN_ATTEMPT'] ?? '1')
  const source = inputs.text('source')
  const work = workFolder(environment)
  const perCommit = inputs.flag('per-commit', false)
  if (stage.job === undefined) {
    if (perCommit) throw new LkftError('BAD_ARGUMENT', "input per-commit needs 'job': the plan knows the commits")
    return {
      ...stage,
      attempt,
      keptCache,
      trusted,
      series: undefined,
      options: { ...given, source: source ?? '.', outputDir: stage.outputDir },
    }
  }
  context.reporter.section(`Fetch job ${stage.job} of the plan`)
  const plan = await fetchPlan(artifactStore, stage.scope, join(work, 'plan'))
  const tree = source ?? (await fetchSource(artifactStore, stage.scope, join(work, 'source'), context))
  const places = { planFolder: plan.files, source: tree, outputDir: stage.outputDir }
  const cell = findCell(plan.jobs.builds, stage.job)
  const options = { ...toBuildRequest(cell, places), ...given, outputDir: stage.outputDir }
  const series = perCommit ? (cell.per_commit ?? []) : undefined
  return { ...stage, attempt, keptCache, trusted, options, series }
}

/** The server that keeps the compiler cache in place of GitHub; undefined without its token. */
export function readCacheServer(inputs: InputReader): CacheServer | undefined {
  const url = inputs.text('cache-server')
  const token = inputs.text('cache-server-token')
  return url === undefined || token === undefined ? undefined : { url, token }
}

function readOptions(inputs: InputReader, trusted: boolean, keptCache: string | undefined): Partial<BuildOptions> {
  const reuse = inputs.text('reuse-dir')
  const wrapper = optionalChoice(inputs, 'wrapper', ['ccache', 'none', 'sccache'])
  const minutes = inputs.positive('timeout-minutes')
  return defined({
    name: inputs.text('name'),
    buildDir: inputs.text('build-dir'),
    targetArch: inputs.text('target-arch'),
    toolchain: inputs.text('toolchain'),
    llvm: optionalFlag(inputs, 'llvm'),
    kconfig: inputs.text('kconfig'),
    kconfigAdd: some(inputs.lines('kconfig-add')),
    cacheServer: inputs.text('cache-server'),
    kconfigStrict: optionalFlag(inputs, 'kconfig-strict'),
    targets: some(inputs.words('targets')),
    makeVariables: someFields(inputs.pairs('make-variables')),
    environment: someFields({ ...(keptCache === undefined ? {} : keptSize), ...inputs.pairs('environment') }),
    runtime: inputs.text('runtime'),
    image: inputs.text('image'),
    lockFile: inputs.text('lock-file'),
    allowUnpinned: optionalFlag(inputs, 'allow-unpinned'),
    kernelImage: inputs.text('kernel-image'),
    compression: optionalChoice(inputs, 'compression-type', ['none', 'xz', 'zstd']),
    network: optionalFlag(inputs, 'network'),
    // Objects of code that nobody here has seen must not reach the builds of those who trust theirs: such a run has
    // only what GitHub's cache gave it, in a folder that goes with the job.
    wrapper: keptCache !== undefined ? keptWrapper(wrapper) : trusted ? wrapper : wrapper && 'none',
    cacheDir: keptCache ?? (trusted ? inputs.text('cache-dir') : undefined),
    ccacheRemote: trusted ? inputs.text('ccache-remote') : undefined,
    reuse: reuse === undefined ? undefined : { directory: resolve(reuse), write: trusted },
    baseline: inputs.text('baseline'),
    sarif: optionalFlag(inputs, 'sarif'),
    failFast: optionalFlag(inputs, 'fail-fast'),
    jobs: inputs.positive('jobs'),
    timeoutSeconds: minutes === undefined ? undefined : minutes * 60,
  })
}

/** GitHub keeps 10 GB for a whole repository, and the cache of one build is below a third of this. */
const keptSize = { CCACHE_MAXSIZE: '1G', SCCACHE_CACHE_SIZE: '1G' }

function keptWrapper(wrapper: BuildOptions['wrapper']): BuildOptions['wrapper'] {
  if (wrapper === 'none')
    throw new LkftError('BAD_ARGUMENT', 'input cache keeps what a wrapper caches, and that is none')
  return wrapper ?? 'ccache'
}

/** What no event proves to be trusted is not. */
async function isTrusted(environment: NodeJS.ProcessEnv): Promise<boolean> {
  return readEvent(environment).then(
    (event) => decideTrust(event).trusted,
    () => false,
  )
}

function optionalFlag(inputs: InputReader, name: string): boolean | undefined {
  return inputs.text(name) === undefined ? undefined : inputs.flag(name, false)
}

function optionalChoice<const Name extends string>(
  inputs: InputReader,
  name: string,
  allowed: readonly [Name, ...Name[]],
): Name | undefined {
  return inputs.text(name) === undefined ? undefined : inputs.choice(name, allowed, allowed[0])
}

function some(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list
}

function someFields(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  return Object.keys(record).length === 0 ? undefined : record
}
