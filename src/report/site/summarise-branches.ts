import { findOpenCrashes, findOpenRegressions, historyOf } from '#report/site/open-regressions'
import type { BranchOverview, BranchSummary, SiteBuild } from '#report/site/site-data'
import type { KnownIssueIndex } from '#results/known-issues'
import type { IndexedBuild, ProjectIndex } from '#results/repository/layout'
import type { Pack } from '#results/repository/pack'
import { queryFailingSuites, queryFlakiest } from '#results/repository/query-pack'

/** Regressions that are listed for a branch; a page says how many there are beyond. */
const mostListed = 500

/** How many builds flakiness and failing suites are judged by. */
const window = 50

/**
 * What stands open, flaky and failing on each branch of a project, newest branch first.
 *
 * @param pack the newest builds of the project, of all branches
 */
export function summariseBranches(
  index: ProjectIndex,
  pack: Pack,
  knownIssues: KnownIssueIndex,
): readonly BranchOverview[] {
  const rowOf = new Map(pack.builds.map((id, row) => [id, row]))
  return listBranches(index.builds).map(({ branch, builds: all }) => {
    const builds = all.filter(({ id }) => rowOf.has(id))
    const rows = builds.map(({ id }) => pack.rows[rowOf.get(id) ?? -1] ?? new Uint8Array())
    const own: Pack = { ...pack, builds: builds.map(({ id }) => id), rows }
    const open = [...findOpenCrashes(builds, knownIssues), ...findOpenRegressions(own, builds, knownIssues)]
    open.sort((a, b) => compare(a.since, b.since))
    return {
      branch,
      builds: builds.length,
      regressions: open.slice(0, mostListed),
      regressionCount: open.length,
      flakiest: queryFlakiest(own, window).map((test) => ({ ...test, history: historyOfTest(own, test) })),
      suites: queryFailingSuites(own, window).filter(({ fails }) => fails > 0),
    }
  })
}

function historyOfTest(
  { tests, environments, rows }: Pack,
  flaky: { readonly suite: string; readonly test: string; readonly environment: string },
): string {
  const found = tests.find(({ suite, test }) => suite === flaky.suite && test === flaky.test)
  if (found === undefined) return ''
  const place = found.environments.indexOf(environments.indexOf(flaky.environment))
  return historyOf(rows.slice(-window), found.first + place)
}

/** Branches with their builds, the one with the newest build first. */
export function listBranches(
  builds: readonly IndexedBuild[],
): readonly { readonly branch: string | null; readonly builds: readonly IndexedBuild[] }[] {
  const byBranch = new Map<string | null, IndexedBuild[]>()
  for (const build of builds) {
    const known = byBranch.get(build.branch)
    if (known === undefined) byBranch.set(build.branch, [build])
    else known.push(build)
  }
  return [...byBranch]
    .map(([branch, list]) => ({ branch, builds: list }))
    .sort((a, b) => compare(b.builds.at(-1)?.created ?? '', a.builds.at(-1)?.created ?? ''))
}

/** A branch as the list of projects shows it. */
export function summariseBranch(
  { branch, regressions }: BranchOverview,
  builds: readonly SiteBuild[],
): BranchSummary | undefined {
  const own = builds.filter((build) => build.branch === branch)
  const newest = own.at(-1)
  if (newest === undefined) return undefined
  const open = regressions.filter(({ knownIssue }) => knownIssue === null)
  return { branch, builds: own.length, newest, open: open.length, oldest: open[0]?.since ?? null }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
