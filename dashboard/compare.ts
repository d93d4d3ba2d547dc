import type { ComparedSide } from '#report/compare-tests'
import { compareTests } from '#report/compare-tests'
import { foldChanges } from '#report/fold-changes'
import type { SiteBuild, SiteKnownIssue } from '#report/site/site-data'
import { indexKnownIssues, type KnownIssue, type KnownIssueIndex } from '#results/known-issues'
import { addResult, type ResultTable } from '#results/result-table'
import type { Report, TestResult } from '#schema/documents'
import type { BuildColumns } from './data/parquet.ts'

export type Change = Report['changes'][number]

/** Two builds compared by the very code of `lkft compare`. */
export interface Comparison {
  readonly changes: readonly Change[]
  /** Environments that one side has not; of those nothing is said. */
  readonly absent: readonly string[]
}

/**
 * Compares two builds. An environment that did not run at all in the newer one
 * says nothing of its tests, so none of them counts as lost.
 */
export function compareBuilds(
  base: { readonly build: SiteBuild; readonly columns: BuildColumns },
  current: { readonly build: SiteBuild; readonly columns: BuildColumns },
  issues: readonly SiteKnownIssue[],
): Comparison {
  const before = toSide(base.build, base.columns)
  const after = toSide(current.build, current.columns)
  const absent = new Set([...before.results.keys()].filter((name) => !after.results.has(name)))
  const changes = foldChanges(compareTests(before, after, readyIssues(issues), absent))
  return { changes, absent: [...absent].sort() }
}

function toSide(
  { created, kernel, commit }: SiteBuild,
  { suite, test, environment, status }: BuildColumns,
): ComparedSide {
  const results: ResultTable = new Map()
  for (const [row, stored] of status.entries()) {
    // A test that passed and failed on one kernel is stored as mixed.
    const statuses: readonly string[] = stored === 'mixed' ? ['pass', 'fail'] : [stored]
    for (const one of statuses) {
      addResult(results, environment[row] ?? '', suite[row] ?? '', test[row] ?? '', {
        kernel: 0,
        run: 0,
        status: one as TestResult['status'],
        message: undefined,
      })
    }
  }
  // Only what a comparison asks of a run; the repository keeps no more of it.
  const record = { kernel: { release: kernel, commit, build: null }, started: created, reproduce: null }
  return { results, runs: [{ record }] as unknown as ComparedSide['runs'] }
}

/** Known issues as the look-up takes them. */
export function readyIssues(issues: readonly SiteKnownIssue[]): KnownIssueIndex {
  const full = issues.map((issue) => {
    const kept = Object.entries(issue).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    )
    return Object.fromEntries(kept) as unknown as KnownIssue
  })
  return indexKnownIssues(full, new Date().toISOString().slice(0, 10))
}
