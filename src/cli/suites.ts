import type { Command } from 'commander'

const examples = `
Examples:
  lkft suites
  lkft suites 'kselftest-*'
  lkft suites --json`

/** Adds what `lkft suites` takes and does. */
export function define(command: Command): void {
  command
    .argument('[names...]', 'names or globs; all when absent')
    .option('--json', 'print one JSON document on stdout')
    .addHelpText('after', examples)
    .action(async (names: readonly string[], options: { readonly json?: boolean }) => {
      const { findSuites, suites } = await import('#suites/catalogue')
      const { formatTable } = await import('#log/format-table')
      const chosen = names.length === 0 ? suites : findSuites(names)
      if (options.json === true) process.stdout.write(`${JSON.stringify({ suites: chosen }, null, 2)}\n`)
      else {
        const rows = chosen.map(({ name, timeoutMinutes, summary }) => [name, `${timeoutMinutes} min`, summary])
        process.stdout.write(formatTable(['suite', 'limit', 'what it does'], rows))
      }
    })
}
