import type { Command } from 'commander'
import type { BisectFlags } from '#cli/bisect/run-bisect'
import { addHistoryBuildOptions } from '#cli/bisect/history-build-options'
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
  addHistoryBuildOptions(addCommonOptions(command, 'lkft-bisect'))
    .requiredOption('--good <commit>', 'a commit that works')
    .option('--bad <commit>', 'a commit that does not, after it', 'HEAD')
    .option('--test <suite/test>', 'the test to judge by, * allowed; whether it boots when absent')
    .option('--build-only', 'judge by whether it builds, and boot nothing')
    .option('--lead <n>', 'by how many runs one answer must lead the other; 1 trusts a single run', '2')
    .option('-d, --device <name>', "virtual device; see 'lkft devices' (the one for the build when absent)")
    .option('--accel <name>', 'accelerator: auto, kvm or tcg', 'auto')
    .option('--boot-args <words>', 'added to the kernel command line')
    .option('--rootfs <file|url>', "root file system instead of lkft's own")
    .option('--timeout <seconds>', 'limit of each run')
    .addHelpText('after', examples)
    .action(async (flags: BisectFlags) => (await import('#cli/bisect/run-bisect')).runBisect(flags))
}
