import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { canonicalPaths } from '#build/build-environment'
import { cacheInContainer } from '#build/compiler-cache'
import { join } from 'node:path'
import type { BuildRuntime } from '#build/build-runtime'
import type { BuildPlan } from '#build/plan-build'
import { wrapperInContainer } from '#build/wrapper-program'
import { execCommand, runContainerCommand } from '#container/container-commands'
import type { ContainerSpec, Engine, Mount } from '#container/container-spec'
import { findImage, type LocalImage } from '#container/find-image'
import { type Container, startContainer } from '#container/start-container'
import { LkftError } from '#errors/lkft-error'

/** Where package targets find the build directory: what they leave beside it would be lost in the container's root. */
const packages = '/packages'

/** What of a plan a runtime is made from. */
export type RuntimePlan = Pick<BuildPlan, 'image' | 'paths' | 'request'>

/**
 * Runs a build in one container: the source read-only at /src, the build at
 * /build, the output at /out, no network unless asked for, no privileges.
 */
export function containerRuntime(plan: RuntimePlan): BuildRuntime {
  const { request } = plan
  const engine = request.runtime.replace('-local', '') as Engine
  const image = plan.image ?? ''
  const spec: ContainerSpec = {
    engine,
    name: `lkft-${randomBytes(6).toString('hex')}`,
    image,
    mounts: mounts(plan),
    network: request.network,
    workdir: canonicalPaths.source,
  }
  let container: Container | undefined
  let local: LocalImage | undefined
  return {
    seen: canonicalPaths,
    packaging: { build: join(packages, 'build'), beside: join(plan.paths.build, '.packages') },
    startCommands: () => [runContainerCommand(spec)],
    start: async (context) => {
      local = await findImage(engine, image, { pull: !request.runtime.endsWith('-local'), context })
      for (const mount of spec.mounts) if (!mount.readOnly) await mkdir(mount.host, { recursive: true })
      container = await startContainer({ ...spec, image: local.id }, context)
    },
    wrap: (command) => container?.wrap(command) ?? execCommand(spec, command),
    wrapInteractive: (command, isTerminal) =>
      execCommand(spec, command, undefined, ['--interactive', ...(isTerminal ? ['--tty'] : [])]),
    container: () => ({ runtime: request.runtime, image, digest: local?.digest ?? null }),
    explainFailure: async (failed) => container?.explainFailure(failed),
    [Symbol.asyncDispose]: async () => {
      await container?.[Symbol.asyncDispose]()
      container = undefined
    },
  }
}

function mounts({ paths, request }: RuntimePlan): readonly Mount[] {
  const bad = Object.values(paths).find((path) => path.includes(':'))
  if (bad !== undefined) throw new LkftError('BAD_ARGUMENT', `${bad}: a container cannot mount a path with a colon`)
  const wrapper = wrapperInContainer(request)
  return [
    { host: paths.source, inside: canonicalPaths.source, readOnly: true },
    { host: paths.build, inside: canonicalPaths.build, readOnly: false },
    { host: paths.output, inside: canonicalPaths.output, readOnly: false },
    ...(request.targets.includes('bindeb-pkg')
      ? [
          { host: join(paths.build, '.packages'), inside: packages, readOnly: false },
          { host: paths.build, inside: join(packages, 'build'), readOnly: false },
        ]
      : []),
    ...(wrapper === undefined ? [] : [{ host: request.wrapperPath ?? '', inside: wrapper, readOnly: true }]),
    ...(request.cacheDir === undefined ? [] : [{ host: request.cacheDir, inside: cacheInContainer, readOnly: false }]),
  ]
}
