import type { Command } from 'commander'
import { addHistoryBuildOptions } from '#cli/bisect/history-build-options'
import type { CommitsFlags } from '#cli/commits/run-commits'
import { addCommonOptions } from '#cli/stage-command'

const examples = `
Examples:
  lkft commits --base origin/main -a arm64                   each commit of this branch, built from the one before
  lkft commits --base v6.12 --head topic -a x86_64 -k allmodconfig --make-variable W=1`

/** `lkft commits`: builds every commit of a series and names those that break the build or warn. */
export function define(command: Command): void {
  addHistoryBuildOptions(
    addCommonOptions(command, 'lkft-commits')
      .requiredOption('--base <commit>', 'the commit that the series stands on')
      .option('--head <commit>', 'the last commit of the series', 'HEAD'),
  )
    .addHelpText('after', examples)
    .action(async (flags: CommitsFlags) => (await import('#cli/commits/run-commits')).runCommits(flags))
}
