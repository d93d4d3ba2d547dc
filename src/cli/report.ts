import { type Command, InvalidArgumentError } from 'commander'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'
import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'
import { type FailOn, failOnNames, type ReportRequest } from '#report/report-request'

interface ReportOptions extends CommonOptions {
  readonly baseline: readonly string[]
  readonly current: readonly string[]
  readonly baselineName?: string
  readonly currentName?: string
  readonly knownIssues?: string
  readonly maintainers?: string
  readonly failOn: readonly FailOn[]
  readonly title?: string
  readonly link?: string
  readonly allowIncomplete?: boolean
}

/** `lkft report`. */
export function define(command: Command): void {
  addCommonOptions(command, 'report')
    .option(
      '--baseline <dir...>',
      'run and build directories, or folders of them, to compare with, or one address: results:DIR#PROJECT@WHICH, squad+https://…',
      [],
    )
    .requiredOption('--current <dir...>', 'run and build directories, or folders of them, to judge')
    .option('--baseline-name <text>', 'what the baseline is called in the report')
    .option('--current-name <text>', 'what is judged is called in the report')
    .option('--known-issues <file>', 'failures that are known and do not count')
    .option('--maintainers <file>', "the kernel tree's MAINTAINERS, for whom the mails in regressions.txt are for")
    .option('--fail-on <classes>', `exit with 1 on: ${failOnNames.join(', ')}, or none`, parseFailOn, ['regression'])
    .option('--title <text>', 'heading of the report')
    .option('--link <url>', 'where the whole report can be read, for text that had to be cut')
    .option('--allow-incomplete', 'list cut-off and cancelled directories as missing instead of refusing them')
    .addHelpText(
      'after',
      `
Examples:
  lkft report --baseline runs/v6.12 --current runs/mine -o report
  lkft report --current runs/mine                    the first run: nothing to compare with
  lkft report --baseline results:results#next@previous --current runs/mine
  lkft report --baseline old/ --current new/ --fail-on regression,warning --known-issues known-issues.yaml`,
    )
    .action(async (options: ReportOptions) => {
      const { exitCodeOfReport } = await import('#report/exit-code')
      const { writeReport } = await import('#report/write-report')
      const { describeReport } = await import('#report/describe-report')
      const request = toRequest(options)
      await runStage(options, {
        list: () => Promise.resolve([]),
        run: (context) => writeReport(request, context),
        describe: (report) => [...describeReport(report), '', `Written to ${request.outputDir}/report.html`],
        exitCode: (report) => exitCodeOfReport(report, request.failOn),
      })
    })
}

function toRequest({ outputDir = 'report', ...options }: ReportOptions): ReportRequest {
  if (options.current.length === 0) throw new LkftError('BAD_ARGUMENT', '--current needs at least one directory')
  return { ...options, outputDir }
}

function parseFailOn(text: string): FailOn[] {
  if (text === 'none') return []
  return text.split(',').map((word) => {
    const name = failOnNames.find((known) => known === word.trim())
    if (name === undefined) {
      const { message, hint } = unknownName('class', word, failOnNames)
      throw new InvalidArgumentError(`${message}. ${hint}`)
    }
    return name
  })
}
