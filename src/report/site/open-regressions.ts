import type { OpenRegression } from '#report/site/site-data'
import { isUnsteady } from '#results/observation'
import type { KnownIssueIndex } from '#results/known-issues'
import { statusLetters } from '#results/repository/history-blocks'
import type { IndexedBuild } from '#results/repository/layout'
import { type Pack, statusAt } from '#results/repository/pack'
import { fullTestName } from '#results/test-name'

/** A test that none of this many newest builds ran is no open regression: it is gone, or its board is. */
const freshness = 10

/** How many builds a regression shows of its history. */
const shownHistory = 30

/**
 * Tests that fail in the newest build that ran them and passed before, without being
 * flaky; those that began to fail in the same build are one, whatever the environment.
 *
 * @param builds those of the pack's rows, oldest first
 */
export function findOpenRegressions(
  pack: Pack,
  builds: readonly IndexedBuild[],
  knownIssues: KnownIssueIndex,
): OpenRegression[] {
  const found: OpenRegression[] = []
  const newest = pack.rows.length
  for (const { suite, test, first, environments } of pack.tests) {
    const byBuild = new Map<number, OpenRegression & { environments: string[] }>()
    for (const [index, environment] of environments.entries()) {
      const span = failingSpan(pack.rows, first + index, newest)
      if (span === undefined) continue
      const letters = historyOf(pack.rows, first + index)
      if (isUnsteady(letters.replaceAll('.', ''))) continue
      const name = pack.environments[environment] ?? ''
      const known = byBuild.get(span.firstBad)
      if (known !== undefined) {
        known.environments.push(name)
        continue
      }
      const bad = builds[span.firstBad]
      const release = builds.at(-1)?.kernel ?? null
      const issue = knownIssues.find({ environment: name, test: fullTestName({ suite, test }), release })
      byBuild.set(span.firstBad, {
        kind: 'test',
        suite,
        test,
        environments: [name],
        firstBad: bad?.id ?? '',
        since: bad?.created ?? '',
        lastGood: builds[span.lastGood]?.id ?? null,
        history: letters.slice(-shownHistory),
        knownIssue: issue === undefined ? null : { title: issue.title, url: issue.url ?? null },
      })
    }
    found.push(...byBuild.values())
  }
  return found
}

/** The rows where a lasting failure began and where the test passed last; undefined when it does not fail now. */
function failingSpan(
  rows: readonly Uint8Array[],
  key: number,
  newest: number,
): { firstBad: number; lastGood: number } | undefined {
  let firstBad = -1
  let isFresh = false
  for (let index = newest - 1; index >= 0; index--) {
    const letter = statusLetters[statusAt(rows[index] ?? new Uint8Array(), key)]
    if (letter === '.' || letter === 'S') continue
    if (letter === 'P') return firstBad >= 0 && isFresh ? { firstBad, lastGood: index } : undefined
    if (letter !== 'F') return undefined
    isFresh ||= index >= newest - freshness
    firstBad = index
  }
  return undefined
}

/** A letter of `statusLetters` for each row. */
export function historyOf(rows: readonly Uint8Array[], key: number): string {
  let letters = ''
  for (const row of rows) letters += statusLetters[statusAt(row, key)] ?? '.'
  return letters
}

/** Crashes of the newest build that an earlier build did not have, each since the first of its unbroken row. */
export function findOpenCrashes(builds: readonly IndexedBuild[], knownIssues: KnownIssueIndex): OpenRegression[] {
  const newest = builds.at(-1)
  return (newest?.crashes ?? []).flatMap(({ signature, kind, title, environments }) => {
    const before = builds.findLastIndex(({ crashes }) => crashes.every((crash) => crash.signature !== signature))
    const bad = builds[before + 1]
    const good = builds[before]
    if (bad === undefined || good === undefined) return []
    const [environment = ''] = environments
    const issue = knownIssues.find({ environment, crash: signature, release: newest?.kernel ?? null })
    return [
      {
        kind: 'crash' as const,
        suite: kind,
        test: title,
        environments: [...environments],
        firstBad: bad.id,
        since: bad.created,
        lastGood: good.id,
        history: '',
        knownIssue: issue === undefined ? null : { title: issue.title, url: issue.url ?? null },
      },
    ]
  })
}
