import type { Command } from 'commander'

interface KtapCommandOptions {
  readonly json?: boolean
  readonly suite?: string
}

/** Defines `lkft ktap`. */
export function define(command: Command): void {
  command
    .argument('<file>', 'KTAP or TAP, alone or inside a console log; - reads standard input')
    .option('--suite <name>', 'suite of every result; otherwise the outermost test is the suite')
    .option('--json', 'print {"tests": […], "errors": […]} on stdout')
    .addHelpText(
      'after',
      `
Examples:
  lkft ktap console.log
  lkft ktap --suite kunit --json kunit.log
  ./run_kselftest.sh | lkft ktap -

Exit code 1 when a test failed; 0 otherwise.`,
    )
    .action(async (file: string, options: KtapCommandOptions) => {
      const { openLog } = await import('#console/read-log')
      const { readKtap, describeTests } = await import('#console/read-ktap')
      const { readingInput } = await import('#cli/reading-input')
      const reading = await readingInput(file, () => readKtap(openLog(file), options))
      if (options.json === true) process.stdout.write(`${JSON.stringify(reading, null, 2)}\n`)
      else for (const line of describeTests(reading)) process.stdout.write(`${line}\n`)
      process.exitCode = reading.tests.some((test) => test.status === 'fail') ? 1 : 0
    })
}
