import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'
import type { StageContext } from '#log/reporter'
import type { CommandLine } from '#process/command-line'
import type { Candidate } from '#report/confirm/find-candidates'

interface ConfirmOptions extends CommonOptions {
  readonly baseline: readonly string[]
  readonly current: readonly string[]
  readonly knownIssues?: string
  readonly times: number
}

/** `lkft confirm`: runs each candidate again on both kernels, then reports over all runs. */
export function define(command: Command): void {
  addCommonOptions(command, 'confirm')
    .requiredOption('--baseline <dir...>', 'run directories, or folders of them, of the kernel that was good')
    .requiredOption('--current <dir...>', 'the same of the kernel that is judged')
    .option('--times <n>', 'how often either kernel is booted again', parseTimes, 3)
    .option('--known-issues <file>', 'failures that are known and do not count')
    .addHelpText(
      'after',
      `
Runs what passed before and fails now again, on both kernels, as their run.json says
(virtual devices only). The report then says of each regression whether it is confirmed.
Exits with 1 when one is confirmed, 3 when a re-run did not come to its end, else 0.

Examples:
  lkft confirm --baseline runs/v6.12 --current runs/mine -o confirm
  lkft confirm --baseline runs/v6.12 --current runs/mine --dry-run`,
    )
    .action(async (options: ConfirmOptions) => {
      const { describeReport } = await import('#report/describe-report')
      const { exitCodeOfReport } = await import('#report/exit-code')
      await runStage(options, {
        list: async () => (await listReruns(options, await quietContext())).map(({ line }) => line),
        run: (context) => confirm(options, context),
        describe: (report) => [...describeReport(report), '', `Written to ${folderOf(options)}/report/report.html`],
        exitCode: (report) => exitCodeOfReport(report, ['confirmed']),
      })
    })
}

interface Rerun {
  readonly directory: string
  readonly line: CommandLine
}

async function confirm(options: ConfirmOptions, context: StageContext) {
  const { runCommand } = await import('#process/run-command')
  const { writeReport } = await import('#report/write-report')
  const { reporter, signal } = context
  const reruns = await listReruns(options, context)
  const folder = folderOf(options)
  let failed = 0
  for (const [index, { directory, line }] of reruns.entries()) {
    signal.throwIfAborted()
    reporter.section(`Run ${index + 1} of ${reruns.length}`)
    await rm(directory, { recursive: true, force: true })
    const { exitCode } = await runCommand(line, { signal, onLine: (text) => reporter.output(text) })
    if (exitCode === 0 || exitCode === 1) continue
    failed += 1
    reporter.warn(`${directory}: the re-run ended with ${exitCode ?? 'a signal'} and does not count`)
    await rm(directory, { recursive: true, force: true })
  }
  const again = (side: string): string[] => (reruns.length > failed ? [join(folder, side)] : [])
  return writeReport(
    {
      baseline: [...options.baseline, ...again('baseline')],
      current: [...options.current, ...again('current')],
      failOn: ['confirmed'],
      outputDir: join(folder, 'report'),
      ...(options.knownIssues === undefined ? {} : { knownIssues: options.knownIssues }),
    },
    context,
  )
}

async function listReruns(options: ConfirmOptions, context: StageContext): Promise<Rerun[]> {
  const { findCandidates } = await import('#report/confirm/find-candidates')
  const { found, left } = await findCandidates(options.baseline, options.current, context)
  for (const text of left) context.reporter.warn(text)
  return found.flatMap((candidate, number) =>
    Array.from({ length: options.times }, (_, index) => index + 1).flatMap((time) =>
      (['baseline', 'current'] as const).map((side) =>
        rerun(candidate, side, join(folderOf(options), side, `${number + 1}-${time}`)),
      ),
    ),
  )
}

function rerun(candidate: Candidate, side: 'baseline' | 'current', directory: string): Rerun {
  const program = [process.execPath, ...process.execArgv, process.argv[1] ?? 'lkft'] as [string, ...string[]]
  return { directory, line: { argv: [...program, 'boot', ...candidate[side], '--output-dir', directory] } }
}

async function quietContext(): Promise<StageContext> {
  const { plainReporter } = await import('#log/plain-reporter')
  return {
    reporter: plainReporter((line) => process.stderr.write(`${line}\n`), {}),
    signal: new AbortController().signal,
  }
}

function folderOf({ outputDir = 'confirm' }: ConfirmOptions): string {
  return outputDir
}

function parseTimes(text: string): number {
  const times = Number(text)
  if (Number.isInteger(times) && times > 0 && times <= 100) return times
  throw new InvalidArgumentError('It must be a whole number from 1 to 100.')
}
