import type { Command } from 'commander'
import type { WatchFlags } from '#cli/watch/run-watch'

const examples = `
Examples:
  lkft watch --dry-run                                 the new commits of the trees of ./lkft.yaml; claims nothing
  lkft watch --state ~/linux --json                    claim them in refs/lkft/watch of a repository, as JSON
  lkft watch --state ~/linux --json | jq -r '.[].commit'`

/** `lkft watch`: polls the trees of a plan and claims their new commits. */
export function define(command: Command): void {
  command
    .argument('[plan]', 'the plan that lists `trees`', 'lkft.yaml')
    .option('--state <repository>', 'git repository, folder or URL, that keeps what was claimed', '.')
    .option('--run <id>', 'name of this run: run again under it, it gets its own claims again')
    .option('--json', 'print the claimed commits as one JSON list; progress goes to stderr')
    .option('--dry-run', 'print the new commits and claim nothing')
    .addHelpText('after', examples)
    .action(async (file: string, flags: WatchFlags) => (await import('#cli/watch/run-watch')).runWatch(file, flags))
}
