import { basename, join, resolve } from 'node:path'
import type { BuildFlags } from '#cli/build'
import { type BuildRequest, completeBuildRequest } from '#build/build-request'
import { sortWords } from '#build/target-words'
import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'
import { defaultCacheDirectory } from '#files/cache-directory'

const compressions = ['none', 'xz', 'zstd'] as const
const wrappers = ['ccache', 'none', 'sccache'] as const

/**
 * The build that a command line asks for.
 *
 * @throws LkftError BAD_ARGUMENT, UNKNOWN_NAME
 */
export function requestFromFlags(positional: readonly string[], flags: BuildFlags): BuildRequest {
  const words = sortWords(positional)
  const kconfig = flags.kconfig === 'defconfig' ? (words.kconfig ?? 'defconfig') : flags.kconfig
  return completeBuildRequest({
    source: flags.source,
    outputDir: flags.outputDir ?? 'lkft-output/build',
    buildDir: flags.buildDir,
    name: flags.name,
    ...(flags.targetArch === undefined ? {} : { targetArch: flags.targetArch }),
    toolchain: flags.toolchain ?? (flags.llvm === true ? 'clang' : 'gcc'),
    llvm: flags.llvm === true,
    kconfig: kconfig ?? 'defconfig',
    kconfigAdd: flags.kconfigAdd,
    cacheServer: flags.cacheServer,
    kconfigStrict: flags.kconfigStrict === true,
    ...(words.targets.length === 0 ? {} : { targets: words.targets }),
    kernelImage: flags.kernelImage,
    makeVariables: { ...words.variables, ...assignments('--make-variable', flags.makeVariable) },
    environment: assignments('--environment', flags.environment),
    runtime: flags.runtime,
    image: flags.image,
    imageRegistry: flags.imageRegistry,
    network: flags.network === true,
    ...chooseWrapper(flags),
    cacheDir: flags.cacheDir === undefined ? undefined : resolve(flags.cacheDir),
    ccacheRemote: flags.ccacheRemote,
    lockFile: flags.lockFile,
    allowUnpinned: flags.allowUnpinned === true,
    reuse: chooseReuse(flags),
    baseline: flags.baseline,
    sarif: flags.sarif === true,
    shell: flags.shell === true,
    compression: oneOf('--compression-type', flags.compressionType, compressions),
    ...(flags.jobs === undefined ? {} : { jobs: number('--jobs', flags.jobs) }),
    failFast: flags.failFast === true,
    verbose: flags.verbose === true,
    ...(flags.timeout === undefined ? {} : { timeoutSeconds: number('--timeout', flags.timeout) }),
    ...(flags.targetTimeout === undefined
      ? {}
      : { targetTimeoutSeconds: number('--target-timeout', flags.targetTimeout) }),
    ...(flags.timestamp === undefined ? {} : { timestamp: number('--timestamp', flags.timestamp) }),
    bootLog: flags.bootLog,
    hooks: { preBuild: flags.preBuildHook, postBuild: flags.postBuildHook, results: flags.resultsHook },
  })
}

function chooseWrapper({ wrapper, ccache, sccache }: BuildFlags): Pick<BuildRequest, 'wrapper' | 'wrapperPath'> {
  if (ccache === true && sccache === true) throw new LkftError('BAD_ARGUMENT', '--ccache and --sccache: choose one')
  if (ccache === true) return { wrapper: 'ccache' }
  if (sccache === true) return { wrapper: 'sccache' }
  const named = oneOf('--wrapper', basename(wrapper), wrappers)
  return wrapper.includes('/') ? { wrapper: named, wrapperPath: resolve(wrapper) } : { wrapper: named }
}

function chooseReuse({ reuse, reuseDir, reuseReadOnly }: BuildFlags): BuildRequest['reuse'] {
  if (reuse !== true && reuseDir === undefined) return undefined
  const directory = reuseDir === undefined ? join(defaultCacheDirectory(), 'builds') : resolve(reuseDir)
  return { directory, write: reuseReadOnly !== true }
}

function assignments(option: string, words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      if (at < 1) throw new LkftError('BAD_ARGUMENT', `${option} ${word}: it must be NAME=VALUE`)
      return [word.slice(0, at), word.slice(at + 1)]
    }),
  )
}

function number(option: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new LkftError('BAD_ARGUMENT', `${option} ${text}: not a number`)
  return value
}

function oneOf<Name extends string>(option: string, value: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value)
  if (found === undefined) throw unknownName(`value of ${option}`, value, names)
  return found
}
