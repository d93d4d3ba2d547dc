import { type Command, Option } from 'commander'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'

interface CompareOptions extends CommonOptions {
  readonly rules: 'lkft' | 'squad'
  readonly knownIssues?: string
}

/** `lkft compare`. */
export function define(command: Command): void {
  addCommonOptions(command)
    .argument(
      '<baseline>',
      'results to compare with: a folder of run and build directories, a file, or squad+https://host/group/project/build',
    )
    .argument('<current>', 'results to judge')
    .addOption(
      new Option('--rules <rules>', "lkft's own, or exactly SQUAD 1.89's").choices(['lkft', 'squad']).default('lkft'),
    )
    .option('--known-issues <file>', "failures that are known: known-issues.yaml, or SQUAD's API form in JSON")
    .addHelpText(
      'after',
      `
A line of NDJSON is {"env": …, "suite": …, "test": …, "status": "pass|fail|skip|xfail"}.
Files of other tools are told by their content: JUnit, KTAP, TAP and kselftest logs, TuxRun,
TuxMake, LAVA, SQUAD, CTRF, KCIDB. Exits with 1 when there is a regression.

Examples:
  lkft compare runs/v6.12 runs/mine
  lkft compare base.ndjson current.ndjson --json
  lkft compare results:results#next@branch:master runs/mine
  lkft compare base.ndjson current.ndjson --rules squad --known-issues known-issues.yaml --json`,
    )
    .action(async (baseline: string, current: string, options: CompareOptions) => {
      await (options.rules === 'squad' ? squad(baseline, current, options) : own(baseline, current, options))
    })
}

async function own(baseline: string, current: string, options: CompareOptions): Promise<void> {
  const { compareResults } = await import('#report/compare-results')
  const { describeReport } = await import('#report/describe-report')
  const { exitCodeOfReport } = await import('#report/exit-code')
  await runStage(options, {
    list: () => Promise.resolve([]),
    run: (context) => compareResults({ baseline, current, ...known(options) }, context),
    describe: describeReport,
    exitCode: (report) => exitCodeOfReport(report, ['regression']),
  })
}

async function squad(baseline: string, current: string, options: CompareOptions): Promise<void> {
  const { compareFilesSquad, describeSquad } = await import('#report/squad/compare-files')
  await runStage(options, {
    list: () => Promise.resolve([]),
    run: () => compareFilesSquad({ baseline, current, ...known(options) }),
    describe: describeSquad,
    exitCode: ({ regressions }) => Number(Object.keys(regressions).length > 0),
  })
}

function known({ knownIssues }: CompareOptions): { readonly knownIssues?: string } {
  return knownIssues === undefined ? {} : { knownIssues }
}
