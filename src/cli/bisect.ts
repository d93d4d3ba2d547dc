import type { Command } from 'commander'
import type { BisectFlags } from '#cli/bisect/run-bisect'
import { addCommonOptions } from '#cli/stage-command'

const examples = `
Examples:
  lkft bisect --good v6.1 --bad HEAD --test kunit/list-kunit-test.list_test_list_add -a x86_64 -k tinyconfig \\
    -K kunit.config
  lkft bisect --good good --bad bad -a arm64                      the boot: a crash, hang or failed boot is bad
  lkft bisect --good good --build-only -a riscv -k allmodconfig   the build
  lkft bisect --good v6.1 --test 'ltp-syscalls/*' --lead 3        a flaky test: three runs ahead, not two`

/** `lkft bisect`: finds the commit that broke a test, the boot or the build. */
export function define(command: Command): void {
  const more = (value: string, all: readonly string[]): readonly string[] => [...all, value]
  addCommonOptions(command, 'lkft-bisect')
    .requiredOption('--good <commit>', 'a commit that works')
    .option('--bad <commit>', 'a commit that does not, after it', 'HEAD')
    .option('--test <suite/test>', 'the test to judge by, * allowed; whether it boots when absent')
    .option('--build-only', 'judge by whether it builds, and boot nothing')
    .option('--lead <n>', 'by how many runs one answer must lead the other; 1 trusts a single run', '2')
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
    .option('-d, --device <name>', "virtual device; see 'lkft devices' (the one for the build when absent)")
    .option('--accel <name>', 'accelerator: auto, kvm or tcg', 'auto')
    .option('--boot-args <words>', 'added to the kernel command line')
    .option('--rootfs <file|url>', "root file system instead of lkft's own")
    .option('--timeout <seconds>', 'limit of each run')
    .addHelpText('after', examples)
    .action(async (flags: BisectFlags) => (await import('#cli/bisect/run-bisect')).runBisect(flags))
}
