import type { Command } from 'commander'
import type { RunCommandOptions } from '#cli/run/start-run'
import { addCommonOptions } from '#cli/stage-command'

const examples = `
Examples:
  lkft run                                   run ./lkft.yaml on the kernel tree it names, or the current one
  lkft run ci.yaml --source ~/linux -o out   results in out/: builds/, runs/ and report/, one folder per cell
  lkft run --baseline out-v6.12 -o out       compare with an earlier run; exit code 1 only for what it fails on
  lkft run --resume -o out                   after an interruption: only the cells that are not finished
  lkft run --dry-run                         print every command of every cell, and run nothing`

/** `lkft run`: a whole plan on this machine. */
export function define(command: Command): void {
  addCommonOptions(command.argument('[file]', 'the plan', 'lkft.yaml'), 'lkft-out')
    .option('-s, --source <dir|url>', "kernel tree; the plan's `source`, else the current directory")
    .option('--baseline <dir...>', 'directories of an earlier run to compare with')
    .option('--resume', 'leave cells that an earlier run into the same directory finished')
    .option('--changed <path...>', 'paths that a change touches; leaves out what it cannot affect')
    .option('--only <pattern>', 'only builds of this name (* allowed) and their runs')
    .option('--build-dirs <dir>', 'keep make output below this folder, so that the next run builds incrementally')
    .option('--wrapper <name>', 'compile through ccache or sccache')
    .option('--cache-server <url>', 'fetch through this lkft cache server')
    .option('-j, --jobs <n>', 'jobs that make runs at a time; the number of processors when absent')
    .addHelpText('after', examples)
    .action(async (file: string, options: RunCommandOptions) => {
      const { startRun } = await import('#cli/run/start-run')
      await startRun(file, options)
    })
}
