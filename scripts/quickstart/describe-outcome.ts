import { printable } from '#log/printable'
import type { Report } from '#schema/documents'

interface Story {
  /** `suite.case` that the example change broke. */
  readonly broken: string
  readonly file: string
  readonly origin: string
  readonly output: string
  readonly seconds: number
}

/**
 * What the quickstart says at its end, and whether the report found just what
 * was planted: one regression, the broken case, and the warning by file.
 */
export function describeOutcome(
  report: Report,
  story: Story,
): { readonly lines: readonly string[]; readonly found: boolean } {
  const regressions = report.changes.filter((change) => change.class === 'regression')
  const warnings = report.diagnostics.filter((diagnostic) => diagnostic.class === 'new')
  const [suite = '', name = ''] = story.broken.split('.')
  const [only] = regressions
  const caught = regressions.length === 1 && only !== undefined && only.test.includes(suite) && only.test.endsWith(name)
  const warned = warnings.some(({ file }) => file === story.file)
  const found = caught && warned
  const lines = [
    '',
    `Kernel      ${report.current.kernel ?? 'unknown'} from ${story.origin}`,
    `Tests       ${report.totals.tests}: ${report.totals.pass} pass, ${report.totals.fail} fail, ${report.totals.skip} skip`,
    ...regressions.map(
      (change) =>
        `Regression  ${change.environments.join(', ')}: ${change.suite}/${change.test} (${change.before} before, ${change.after} now)`,
    ),
    ...warnings.map(
      ({ file, line, message, flag }) => `New warning ${file}:${line}: ${message}${flag === null ? '' : ` [${flag}]`}`,
    ),
    ...(only?.reproduce == null ? [] : [`Reproduce   ${only.reproduce}`]),
    '',
    `Files       ${story.output}/report/report.html  the report as a page`,
    `            ${story.output}/report/report.md    the comment a pull request would get`,
    `            ${story.output}/change/run          console.log, tests.ndjson, results.json, junit.xml`,
    `Try next    ./bin/lkft log ${story.output}/change/run/console.log`,
    `            ./bin/lkft boot --build ${story.output}/change/build --device qemu-x86_64 --suite kunit --output-dir lkft-output`,
    '            npm run quickstart -- --source YOUR-KERNEL-TREE',
    '',
    found
      ? `Quickstart passed in ${minutes(story.seconds)}: the one regression is ${story.broken}, as planted.`
      : `Quickstart FAILED after ${minutes(story.seconds)}: it should have found the regression ${story.broken} and a warning in ${story.file}.`,
  ]
  return { lines: lines.map(printable), found }
}

function minutes(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
