import type { Command } from 'commander'

/** Adds the options of commands that build commits of a history. */
export function addHistoryBuildOptions(command: Command): Command {
  const more = (value: string, all: readonly string[]): readonly string[] => [...all, value]
  return command
    .option('-C, --source <dir>', 'git repository of the kernel; never written to', '.')
    .option('-b, --build-dir <dir>', 'where make builds every commit, each from the one before')
    .option('-a, --target-arch <arch>', "one of 'lkft toolchains'; this machine's own when absent")
    .option('-t, --toolchain <name>', 'e.g. gcc, gcc-14, clang-20')
    .option('--llvm', 'LLVM=1: the whole LLVM toolchain')
    .option('-k, --kconfig <config>', 'configuration of the tree, file or URL', 'defconfig')
    .option('-K, --kconfig-add <fragment>', 'name.config, file, URL, CONFIG_X=y; in order', more, [])
    .option('--make-variable <K=V>', 'variable for make', more, [])
    .option('-r, --runtime <name>', 'null, podman, podman-local, docker, docker-local', 'null')
    .option('-i, --image <image>', 'container image')
    .option('-w, --wrapper <name>', 'none, ccache or sccache', 'none')
    .option('-j, --jobs <n>', 'jobs of make; the number of cores when absent')
}
