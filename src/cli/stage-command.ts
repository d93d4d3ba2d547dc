import type { Command } from 'commander'
import { exitCodeOfSignal } from '#errors/exit-code'
import { plainReporter } from '#log/plain-reporter'
import type { Reporter, StageContext } from '#log/reporter'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import { watchInterruption } from '#process/interruption'

/** Options that every stage command has. */
export interface CommonOptions {
  readonly json?: boolean
  readonly dryRun?: boolean
  readonly outputDir?: string
  readonly verbose?: boolean
}

/** Adds `--json`, `--dry-run`, `--output-dir` and `--verbose`. */
export function addCommonOptions(command: Command, outputDir?: string): Command {
  return command
    .option('-o, --output-dir <dir>', 'directory for what this command writes', outputDir)
    .option('--json', 'print one JSON document on stdout; progress goes to stderr')
    .option('--dry-run', 'print the commands that would run, one per line, and run nothing')
    .option('-v, --verbose', 'show the whole output of what is run')
}

/** What a stage command does with a request: say the commands, or do the work and show the result. */
export interface StageSteps<Result> {
  /** The exact commands, for `--dry-run`. */
  readonly list: () => Promise<readonly CommandLine[]>
  readonly run: (context: StageContext) => Promise<Result>
  /** Lines for a person, after the work. */
  readonly describe: (result: Result) => readonly string[]
  readonly exitCode: (result: Result) => number
}

/** Runs one stage the same way for every command; sets `process.exitCode`. */
export async function runStage<Result>(options: CommonOptions, steps: StageSteps<Result>): Promise<void> {
  if (options.dryRun === true) {
    for (const line of await steps.list()) process.stdout.write(`${formatCommandLine(line)}\n`)
    return
  }
  const reporter = await chooseReporter(options)
  using interruption = watchInterruption()
  try {
    const result = await steps.run({ reporter, signal: interruption.signal })
    reporter.close()
    if (options.json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    else for (const line of steps.describe(result)) process.stdout.write(`${line}\n`)
    process.exitCode =
      interruption.received() === undefined ? steps.exitCode(result) : exitCodeOfSignal(interruption.received())
  } catch (error) {
    reporter.close()
    if (interruption.received() === undefined) throw error
    process.exitCode = exitCodeOfSignal(interruption.received())
  }
}

/** The live view on a terminal, plain lines otherwise; always on stderr, so that stdout is only the result. */
async function chooseReporter(options: CommonOptions): Promise<Reporter> {
  const showOutput = options.verbose === true
  if (process.stderr.isTTY) {
    const { terminalReporter } = await import('#log/terminal-reporter')
    return terminalReporter(process.stderr, { showOutput })
  }
  return plainReporter((line) => process.stderr.write(`${line}\n`), { showOutput })
}
