import { Command, CommanderError } from 'commander'
import { commandTable } from '#cli/command-table'

/** Runs the `lkft` command line and sets the process's exit code; never throws. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('lkft')
    .description('Linux kernel functional testing: build, boot, test on boards, compare, report')
    .version(await version(), '-V, --version')
    .exitOverride()
    .helpCommand(true)
    .addHelpText(
      'after',
      '\nExit codes: 0 pass, 1 the kernel failed, 2 bad usage or input, 3 infrastructure, 130/143 interrupted.',
    )
  const wanted = argv.slice(2).find((word) => !word.startsWith('-'))
  const name = wanted === 'help' ? argv.at(argv.indexOf('help') + 1) : wanted
  for (const entry of commandTable) {
    const command = program.command(entry.name).summary(entry.summary).description(entry.summary)
    if (entry.name === name) (await entry.load()).define(command.exitOverride())
  }
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    const { reportFailure } = await import('#cli/failure')
    process.exitCode = reportFailure(error)
  }
}

async function version(): Promise<string> {
  const { lkftVersion } = await import('#files/version')
  return lkftVersion()
}

// `lkft … | head` closes the pipe early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

await main(process.argv)
