import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Architecture, findArchitecture, sourceArchitecture } from '#build/architectures'
import type { BuildRequest } from '#build/build-request'
import { checkTools } from '#build/check-tools'
import { chooseImage, isContainerRuntime, runtimeNames } from '#build/choose-image'
import { findCompatCompiler } from '#build/find-compat-compiler'
import { type KconfigSource, readBaseConfig, readFragment } from '#build/kconfig-source'
import { checkMakeVariables, compilerName, makeVariables, type MakeVariables } from '#build/make-variables'
import { pinImage } from '#build/pin-image'
import { selectTargets } from '#build/select-targets'
import { readSourceFacts, type SourceFacts } from '#build/source-facts'
import type { Target } from '#build/targets'
import { parseToolchain, type Toolchain } from '#build/toolchains'
import { canonicalPaths } from '#build/build-environment'
import type { BuildPaths } from '#build/build-paths'
import { type Baseline, readBaseline } from '#build/compare-with-baseline'
import { wrapperProgram } from '#build/wrapper-program'
import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'

/** A request that was checked, with all that its names stand for. */
export interface BuildPlan {
  readonly request: BuildRequest
  readonly name: string
  readonly architecture: Architecture
  readonly toolchain: Toolchain
  readonly targets: readonly Target[]
  readonly source: SourceFacts
  readonly archMakefile: string
  readonly base: KconfigSource
  readonly fragments: readonly KconfigSource[]
  /** Paths of the host. */
  readonly paths: BuildPaths
  /** Paths that the build sees. */
  readonly seen: BuildPaths
  readonly variables: MakeVariables
  /** Program that compiles C. */
  readonly compiler: string
  /** Seconds since 1970 for every date. */
  readonly timestamp: number
  /** Container image; undefined on this machine. */
  readonly image: string | undefined
  readonly baseline: Baseline | undefined
}

/**
 * Checks a request and looks up what it names. Writes nothing.
 *
 * @throws LkftError for everything that is the caller's fault
 */
export async function planBuild(request: BuildRequest, signal?: AbortSignal): Promise<BuildPlan> {
  const architecture = findArchitecture(request.targetArch)
  const toolchain = parseToolchain(request.toolchain)
  const targets = selectTargets(request.targets)
  checkNumbers(request)
  checkMakeVariables(request.makeVariables)
  checkEnvironment(request.environment)
  if (!runtimeNames.includes(request.runtime)) throw unknownName('runtime', request.runtime, runtimeNames)
  const image = await pinImage(chooseImage(request, architecture, toolchain), request)
  const source = await readSourceFacts(request.source, signal)
  const srcarch = sourceArchitecture(architecture)
  if (!existsSync(join(source.root, 'arch', srcarch))) {
    throw new LkftError('BAD_ARGUMENT', `this kernel (${source.version}) has no arch/${srcarch}`, {
      hint: 'Choose another --target-arch or --source.',
    })
  }
  const archMakefile = await readFile(join(source.root, 'arch', srcarch, 'Makefile'), 'utf8').catch(() => '')
  const places = { source: source.root, srcarch, archMakefile, cacheServer: request.cacheServer }
  const base = await readBaseConfig(request.kconfig, places)
  const fragments = await Promise.all(request.kconfigAdd.map(async (spec) => readFragment(spec, places)))
  const output = resolve(request.outputDir)
  const paths = {
    source: source.root,
    build: request.buildDir === undefined ? join(output, 'build') : resolve(request.buildDir),
    output,
  }
  checkPaths(paths)
  const inContainer = isContainerRuntime(request.runtime)
  if (inContainer && request.ccacheRemote !== undefined && !request.network) {
    throw new LkftError('BAD_ARGUMENT', 'a container has no network, so ccache cannot reach its remote storage', {
      hint: 'Add --network.',
    })
  }
  const seen = inContainer ? canonicalPaths : paths
  const compat = request.native ? undefined : await findCompatCompiler(architecture, request.makeVariables, inContainer)
  const variables = makeVariables(request, architecture, toolchain, seen.build, compat)
  const compiler = compilerName({ ...variables, CC: ownCompiler(request, variables) })
  if (!inContainer) await checkTools(request, architecture, toolchain, compiler)
  return {
    request,
    name: request.name ?? defaultName(request, architecture),
    architecture,
    toolchain,
    targets,
    source,
    archMakefile,
    base,
    fragments,
    paths,
    seen,
    variables,
    compiler,
    timestamp: request.timestamp ?? source.git?.timestamp ?? 0,
    image,
    baseline: request.baseline === undefined ? undefined : await readBaseline(request.baseline),
  }
}

/** CC without its wrapper; undefined where make takes its own. */
function ownCompiler(request: BuildRequest, variables: MakeVariables): string | undefined {
  const cc = variables['CC']
  const wrapper = wrapperProgram(request)
  return wrapper === undefined ? cc : cc?.slice(wrapper.length + 1)
}

function defaultName(request: BuildRequest, architecture: Architecture): string {
  const kconfig = request.kconfig.split(/[/#?]/).findLast((part) => part !== '') ?? 'config'
  return `${architecture.name}-${request.toolchain}-${kconfig}`.replaceAll(/[^\w.+-]+/g, '_')
}

function checkNumbers(request: BuildRequest): void {
  const positive = (option: string, value: number | undefined, whole: boolean): void => {
    if (value === undefined) return
    if (!(value > 0) || !Number.isFinite(value) || (whole && !Number.isInteger(value))) {
      throw new LkftError('BAD_ARGUMENT', `${option} must be ${whole ? 'a whole number' : 'a number'} above 0`)
    }
  }
  positive('--jobs', request.jobs, true)
  positive('--timeout', request.timeoutSeconds, false)
  positive('--target-timeout', request.targetTimeoutSeconds, false)
  if (request.timestamp !== undefined && !(Number.isSafeInteger(request.timestamp) && request.timestamp >= 0)) {
    throw new LkftError('BAD_ARGUMENT', '--timestamp must be seconds since 1970')
  }
}

function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new LkftError('BAD_ARGUMENT', `'${name}' is no name of an environment variable`)
    }
  }
}

/** The source is never written, so no folder of the build may be the tree or hold it. */
function checkPaths({ source, build, output }: BuildPaths): void {
  for (const [option, path] of [
    ['--output-dir', output],
    ['--build-dir', build],
  ] as const) {
    if (source === path || source.startsWith(`${path}/`)) {
      throw new LkftError('BAD_ARGUMENT', `${option} ${path} holds the source tree`, { hint: 'Choose another folder.' })
    }
    if (/[\s:'"$\\]/.test(path)) {
      throw new LkftError(
        'BAD_ARGUMENT',
        `${option} ${JSON.stringify(path)}: Kbuild cannot use a path with spaces, colons or quotes`,
        {
          hint: 'Choose another folder.',
        },
      )
    }
  }
}
