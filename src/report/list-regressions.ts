import { createHash } from 'node:crypto'
import { listIncidents } from '#report/markdown/change-items'
import { visibleLine } from '#report/visible-text'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

/** One thing that regressed, whatever the number of environments. */
export interface Regression {
  /** The same for the same regression in every report: 16 hexadecimal digits. */
  readonly id: string
  readonly title: string
  /** Of a build its name. */
  readonly environments: readonly string[]
  /** What was seen, and the command that repeats it; nothing of it is read as more than text. */
  readonly markdown: string
}

/** Classes of what does not work, whatever the baseline did. */
const failing: ReadonlySet<string> = new Set([
  'regression',
  'new-failure',
  'still-failing',
  'flaky',
  'known-issue',
  'lost',
  'missing',
  'new-skip',
])

/** Each regression of a report once: builds by name, crashes by signature, tests by suite and name. */
export function listRegressions(report: Report): Regression[] {
  const alone = { ...report, build_changes: [], crash_changes: [], changes: [] }
  const tell = (part: Partial<Report>): string => listIncidents({ ...alone, ...part }, 'regression').join('')
  const builds = report.build_changes.filter(isRegression).map((one) => ({
    id: idOf('build', one.build),
    title: `Build regression: ${visibleLine(one.build, 120)}`,
    environments: [one.build],
    markdown: tell({ build_changes: [one] }),
  }))
  const crashes = report.crash_changes.filter(isRegression).map((one) => ({
    id: idOf('crash', one.crash.signature),
    title: `${one.crash.kind}: ${visibleLine(one.crash.title, 160)}`,
    environments: one.environments,
    markdown: tell({ crash_changes: [one] }),
  }))
  const tests = new Map<string, Regression>()
  for (const one of report.changes.filter(isRegression)) {
    const id = idOf('test', one.suite, one.test)
    const known = tests.get(id)
    const markdown = tell({ changes: [one] })
    tests.set(id, {
      id,
      title: `Test regression: ${visibleLine(fullTestName(one), 160)}`,
      environments: [...new Set([...(known?.environments ?? []), ...one.environments])].sort(),
      markdown: known === undefined ? markdown : `${known.markdown}\n${markdown}`,
    })
  }
  return [...builds, ...crashes, ...tests.values()]
}

/** Ids of everything in a report that does not work or was not seen; what is absent here, and ran, works. */
export function listFailing(report: Report): ReadonlySet<string> {
  const broken = ({ class: is }: { readonly class: string }): boolean => failing.has(is)
  return new Set([
    ...report.build_changes.filter(broken).map(({ build }) => idOf('build', build)),
    ...report.crash_changes.filter(broken).map(({ crash }) => idOf('crash', crash.signature)),
    ...report.changes.filter(broken).map(({ suite, test }) => idOf('test', suite, test)),
  ])
}

function isRegression(change: { readonly class: string }): boolean {
  return change.class === 'regression'
}

function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
