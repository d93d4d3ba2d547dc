import { availableParallelism } from 'node:os'
import { hostArchitecture } from '#build/host-architecture'
import { lockFileName } from '#container/image-lock'

/** How artifacts are packed: vmlinux and the archives. */
export type Compression = 'zstd' | 'xz' | 'none'

/** Everything a build depends on; made once at the edge by `completeBuildRequest`. */
export interface BuildRequest {
  /** Kernel source tree; never written to. */
  readonly source: string
  readonly outputDir: string
  /** Kept between builds when given; otherwise made inside the output directory and removed at the end. */
  readonly buildDir?: string | undefined
  /** Name in plans and reports; `<arch>-<toolchain>-<kconfig>` when absent. */
  readonly name?: string | undefined
  /** One of `#build/architectures` or an alias. */
  readonly targetArch: string
  /** The machine's own architecture without ARCH and CROSS_COMPILE on the command line. */
  readonly native: boolean
  /** e.g. `gcc`, `gcc-14`, `clang-20`, `korg-clang-19`, `rustclang`. */
  readonly toolchain: string
  /** Adds `LLVM=1`; for the clang toolchains. */
  readonly llvm: boolean
  /** In-tree name, file, or URL (`#sha256=…` checks it). */
  readonly kconfig: string
  /** Fragments in order: in-tree names, files, URLs, `CONFIG_X=y`, `# CONFIG_X is not set`, `make:<target>`. */
  readonly kconfigAdd: readonly string[]
  /** Base URL of an lkft cache server that configurations are downloaded through. */
  readonly cacheServer?: string | undefined
  /** A dropped symbol fails the build. */
  readonly kconfigStrict: boolean
  /** Names of `targets`, or any Kbuild target as `make:<target>`. */
  readonly targets: readonly string[]
  /** Image make target instead of the architecture's own, e.g. `Image`. */
  readonly kernelImage?: string | undefined
  readonly makeVariables: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  /** `null`, `podman`, `podman-local`, `docker` or `docker-local`. */
  readonly runtime: string
  /** Container image; from the toolchain when absent. */
  readonly image?: string | undefined
  readonly imageRegistry?: string | undefined
  /** Which digest each image has; written by `lkft images lock`. */
  readonly lockFile: string
  /** Take an image that has no digest there. */
  readonly allowUnpinned: boolean
  /** Lets the build reach the network; containers have none otherwise. */
  readonly network: boolean
  readonly wrapper: 'none' | 'ccache' | 'sccache'
  /** The wrapper's program where a path was given; a container gets it at /usr/local/bin. */
  readonly wrapperPath?: string | undefined
  /** Folder of the compiler cache; the wrapper's own default when absent. */
  readonly cacheDir?: string | undefined
  /** ccache remote storage URL. */
  readonly ccacheRemote?: string | undefined
  readonly compression: Compression
  /** Jobs that make runs at a time. */
  readonly jobs: number
  readonly failFast: boolean
  /** The whole output was asked for on the console; build.log always has it. */
  readonly verbose: boolean
  /** Seconds for the whole build. */
  readonly timeoutSeconds?: number | undefined
  /** Seconds for one make call. */
  readonly targetTimeoutSeconds?: number | undefined
  /** Seconds since 1970 for every date in the artifacts; HEAD's committer date, or 0 without git, when absent. */
  readonly timestamp?: number | undefined
  /** Console log whose stack traces the target decode-stacktrace decodes. */
  readonly bootLog?: string | undefined
  /** Folder of finished builds that may stand for this one, and whether this one is kept there. */
  readonly reuse?: { readonly directory: string; readonly write: boolean } | undefined
  /** Directory of a finished build that sizes and messages are compared with. */
  readonly baseline?: string | undefined
  /** Write diagnostics.sarif too. */
  readonly sarif: boolean
  /** Open a shell where the build ran, when it is over. */
  readonly shell: boolean
  /** Shell commands of the user, run on the host in the source tree or the output directory. */
  readonly hooks: {
    readonly preBuild: readonly string[]
    readonly postBuild: readonly string[]
    readonly results: readonly string[]
  }
}

/** What a caller must say; the rest has defaults. */
export type BuildOptions = Pick<BuildRequest, 'source' | 'outputDir'> & Partial<BuildRequest>

/** Targets that are built when none is named, as TuxMake's. */
export const defaultTargets: readonly string[] = [
  'config',
  'kernel',
  'xipkernel',
  'modules',
  'dtbs',
  'dtbs-legacy',
  'debugkernel',
  'headers',
]

/** Fills in the defaults. Nothing is checked here: `buildKernel` and `listBuildCommands` do that. */
export function completeBuildRequest(options: BuildOptions): BuildRequest {
  const { targetArch = hostArchitecture(), native = options.targetArch === undefined } = options
  return {
    toolchain: 'gcc',
    llvm: false,
    kconfig: 'defconfig',
    kconfigAdd: [],
    kconfigStrict: false,
    targets: defaultTargets,
    makeVariables: {},
    environment: {},
    runtime: 'null',
    lockFile: lockFileName,
    allowUnpinned: false,
    network: false,
    wrapper: 'none',
    compression: 'zstd',
    jobs: availableParallelism(),
    failFast: false,
    verbose: false,
    sarif: false,
    shell: false,
    hooks: { preBuild: [], postBuild: [], results: [] },
    ...options,
    targetArch,
    native,
  }
}
