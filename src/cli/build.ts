import type { Command } from 'commander'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'

interface Flags extends CommonOptions {
  readonly source: string
  readonly buildDir?: string
  readonly name?: string
  readonly targetArch?: string
  readonly toolchain?: string
  readonly llvm?: boolean
  readonly kconfig?: string
  readonly kconfigAdd: readonly string[]
  readonly cacheServer?: string
  readonly kconfigStrict?: boolean
  readonly kernelImage?: string
  readonly makeVariable: readonly string[]
  readonly environment: readonly string[]
  readonly runtime: string
  readonly image?: string
  readonly imageRegistry?: string
  readonly network?: boolean
  readonly wrapper: string
  readonly ccache?: boolean
  readonly sccache?: boolean
  readonly cacheDir?: string
  readonly ccacheRemote?: string
  readonly lockFile: string
  readonly allowUnpinned?: boolean
  readonly reuse?: boolean
  readonly reuseDir?: string
  readonly reuseReadOnly?: boolean
  readonly baseline?: string
  readonly sarif?: boolean
  readonly shell?: boolean
  readonly checkEnvironment?: boolean
  readonly compressionType: string
  readonly jobs?: string
  readonly failFast?: boolean
  readonly timeout?: string
  readonly targetTimeout?: string
  readonly timestamp?: string
  readonly bootLog?: string
  readonly preBuildHook: readonly string[]
  readonly postBuildHook: readonly string[]
  readonly resultsHook: readonly string[]
  readonly fromTuxmake?: string
  readonly printSupportMatrix?: boolean
  readonly verifyReproducible?: boolean
}

const examples = `
Examples:
  lkft build --target-arch arm64 --kconfig defconfig
  lkft build --source linux --target-arch x86_64 --toolchain gcc --kconfig tinyconfig \\
    --kconfig-add kunit.config --kconfig-add CONFIG_DEBUG_INFO=y -o out
  lkft build --toolchain clang --llvm --runtime podman --image localhost/kernel:clang kernel modules
  lkft build --build-dir /var/tmp/b kernel drivers/tty/n_tty.o KCFLAGS=-Wextra
  lkft build --dry-run --target-arch riscv
  lkft build @arm64 --ccache --baseline build-of-main --sarif
  lkft build --runtime podman --target-arch arm64 --reuse
  lkft build --from-tuxmake 'tuxmake -r podman -a arm64 -t gcc-14 -k defconfig'`

/** `lkft build`: builds a kernel into a build directory. */
export function define(command: Command): void {
  const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value]
  addCommonOptions(command, 'lkft-output/build')
    .argument('[targets...]', 'targets, KEY=VALUE, a kconfig, objects, @file; the default targets when none')
    .option('-C, --source <dir>', 'kernel tree; never written to', '.')
    .option('-b, --build-dir <dir>', 'where make builds; kept, so that the next build is incremental')
    .option('--name <name>', 'name of the build in plans and reports')
    .option('-a, --target-arch <arch>', "one of 'lkft toolchains'; this machine's own when absent")
    .option(
      '-t, --toolchain <name>',
      'e.g. gcc, gcc-14, clang-20, korg-gcc-14, rustclang (default: gcc, or clang with --llvm)',
    )
    .option('--llvm', 'LLVM=1: the whole LLVM toolchain')
    .option('-k, --kconfig <config>', 'configuration of the tree, file or URL[#sha256=…]', 'defconfig')
    .option('-K, --kconfig-add <fragment>', 'name.config, file, URL, CONFIG_X=y, make:<target>; in order', collect, [])
    .option('--cache-server <url>', 'download configurations through this lkft cache server')
    .option('--kconfig-strict', 'fail when a requested symbol is dropped')
    .option('-I, --kernel-image <target>', "image target instead of the architecture's own")
    .option('--make-variable <K=V>', 'variable for make; the value may hold =', collect, [])
    .option('-e, --environment <K=V>', 'environment variable of the build', collect, [])
    .option('-r, --runtime <name>', 'null, podman, podman-local, docker, docker-local', 'null')
    .option('-i, --image <image>', 'container image; {arch} and {toolchain} are filled in')
    .option('--image-registry <registry>', 'registry of images without one', 'docker.io')
    .option('--network', 'let the build in a container reach the network')
    .option('-w, --wrapper <name>', 'none, ccache, sccache, or the path of one of these', 'none')
    .option('--ccache', '--wrapper ccache')
    .option('--sccache', '--wrapper sccache')
    .option('--cache-dir <dir>', "folder of the compiler cache; the wrapper's own when absent")
    .option('--ccache-remote <url>', 'ccache remote storage; in a container with --network')
    .option('--lock-file <file>', 'digests of images', 'lkft.lock')
    .option('--allow-unpinned', 'pull an image that has no digest there')
    .option('--reuse', 'take a finished build of the same tree, configuration, image and options, or keep this one')
    .option('--reuse-dir <dir>', "where finished builds are kept; below lkft's cache folder when absent")
    .option('--reuse-read-only', 'with --reuse: keep nothing')
    .option('--baseline <dir>', 'build directory that sizes and messages are compared with')
    .option('--sarif', 'write diagnostics.sarif too')
    .option('-s, --shell', 'open a shell where the build ran when it is over')
    .option('--check-environment', 'look whether compiler and tools are there and work, and build nothing')
    .option('-z, --compression-type <type>', 'zstd, xz or none', 'zstd')
    .option('-j, --jobs <n>', 'jobs of make; the number of cores when absent')
    .option('-F, --fail-fast', 'stop at the first error')
    .option('--timeout <seconds>', 'for the whole build')
    .option('--target-timeout <seconds>', 'for one make call')
    .option('--timestamp <seconds>', "date in the artifacts; HEAD's when absent")
    .option('--boot-log <file>', 'console log for the target decode-stacktrace')
    .option('--pre-build-hook <command>', 'shell command before the build, in the source tree', collect, [])
    .option('--post-build-hook <command>', 'shell command after a build that passed', collect, [])
    .option('--results-hook <command>', 'shell command in the output directory', collect, [])
    .option('--verify-reproducible', 'build again from other paths; fail when any artifact differs, and say where')
    .option('--from-tuxmake <command>', 'do what this tuxmake command line says; other options here add to it')
    .option('-p, --print-support-matrix', 'print which toolchain builds which architecture under --runtime')
    .addHelpText('after', examples)
    .action(async (words: readonly string[], flags: Flags) => {
      if (flags.fromTuxmake !== undefined) return runTranslated(command, flags.fromTuxmake)
      if (words.some(isOptionFile)) return runWithOptionFiles(command, words)
      if (flags.printSupportMatrix === true) return printMatrix(flags)
      const [{ buildKernel }, { listBuildCommands }, { requestFromFlags }, { describeBuild }, { exitCodeOfVerdict }] =
        await Promise.all([
          import('#build/build-kernel'),
          import('#build/list-build-commands'),
          import('#cli/build-request'),
          import('#cli/describe-build'),
          import('#errors/exit-code'),
        ])
      const request = requestFromFlags(words, flags)
      if (flags.checkEnvironment === true) {
        const { printEnvironment } = await import('#cli/build-environment')
        return printEnvironment(request, flags.json === true)
      }
      await runStage(flags, {
        list: async () => listBuildCommands(request),
        run: async (context) => {
          if (flags.verifyReproducible !== true) return buildKernel(request, context)
          const { verifyReproducible } = await import('#build/verify-reproducible')
          return verifyReproducible(request, context)
        },
        describe: (build) => describeBuild(build, request.outputDir),
        exitCode: (build) => exitCodeOfVerdict(build.verdict ?? 'infra', false),
      })
    })
}

function isOptionFile(word: string): boolean {
  return /^@./.test(word)
}

/** Parses again, each `@file` replaced by the words that it holds. */
async function runWithOptionFiles(command: Command, positional: readonly string[]): Promise<void> {
  const { expandOptionFiles } = await import('#cli/option-files')
  const files = new Set(positional.filter(isOptionFile))
  await parseAgain(
    command,
    expandOptionFiles(ownWords(command), (word) => files.has(word)),
  )
}

function ownWords(command: Command): string[] {
  return process.argv.slice(process.argv.indexOf(command.name()) + 1)
}

async function parseAgain(command: Command, words: readonly string[]): Promise<void> {
  const { Command: NewCommand } = await import('commander')
  const inner = new NewCommand(command.name()).exitOverride()
  define(inner)
  await inner.parseAsync([...words], { from: 'user' })
}

/** Parses again, with the translated words before those of the user and without `--from-tuxmake`. */
async function runTranslated(command: Command, line: string): Promise<void> {
  const [{ translateTuxmake }, { readTuxmakeFile }] = await Promise.all([
    import('#build/tuxmake/translate'),
    import('#build/tuxmake/option-file'),
  ])
  const own = ownWords(command)
  const at = own.findIndex((word) => word.startsWith('--from-tuxmake'))
  own.splice(at, own[at] === '--from-tuxmake' ? 2 : 1)
  await parseAgain(command, [...translateTuxmake(line, readTuxmakeFile), ...own])
}

async function printMatrix(flags: Flags): Promise<void> {
  const { formatMatrix, supportMatrix } = await import('#build/support-matrix')
  const matrix = await supportMatrix(flags.runtime)
  if (flags.json === true) {
    const rows = matrix.toolchains.map(({ name, supported }) => [name, [...supported]])
    process.stdout.write(`${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`)
    return
  }
  for (const line of formatMatrix(matrix)) process.stdout.write(`${line}\n`)
}

export type { Flags as BuildFlags }
