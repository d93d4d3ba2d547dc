import type { TestChange } from '#report/compare-tests'
import type { Report } from '#schema/documents'

type Change = Report['changes'][number]

/** The order in which a reader wants the classes. */
export const classOrder: readonly Change['class'][] = [
  'regression',
  'new-failure',
  'still-failing',
  'flaky',
  'lost',
  'new-skip',
  'missing',
  'known-issue',
  'fix',
]

/**
 * Joins the same change of the same test over environments into one entry; message,
 * reproducer and evidence are those of the first environment.
 */
export function foldChanges(changes: Iterable<TestChange>): Change[] {
  const folded = new Map<string, Change>()
  for (const change of changes) {
    const { class: changeClass, environment, suite, test, before, after, knownIssue } = change
    const key = [changeClass, suite, test, before, after, knownIssue?.title].join('\0')
    const known = folded.get(key)
    if (known !== undefined) {
      known.environments.push(environment)
      if (change.confirmed === false) known.confirmed = false
      continue
    }
    folded.set(key, {
      class: changeClass,
      environments: [environment],
      suite,
      test,
      before,
      after,
      message: change.message,
      known_issue: knownIssue === undefined ? null : { title: knownIssue.title, url: knownIssue.url ?? null },
      reproduce: change.reproduce,
      evidence: change.evidence,
      ...(change.confirmed === undefined ? {} : { confirmed: change.confirmed }),
    })
  }
  for (const { environments } of folded.values()) environments.sort()
  return [...folded.values()].sort(order)
}

function order(a: Change, b: Change): number {
  return (
    classOrder.indexOf(a.class) - classOrder.indexOf(b.class) ||
    b.environments.length - a.environments.length ||
    compareText(a.suite, b.suite) ||
    compareText(a.test, b.test)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
