import { lkftVersion } from '#files/version'
import { compareBuilds } from '#report/compare-builds'
import { compareCrashes } from '#report/compare-crashes'
import { compareDiagnostics } from '#report/compare-diagnostics'
import { compareMetrics } from '#report/compare-metrics'
import { compareEnds } from '#report/compare-ends'
import { compareTests } from '#report/compare-tests'
import { cutOffEnvironments, listEnvironments } from '#report/environments'
import { findMissing } from '#report/find-missing'
import { foldChanges } from '#report/fold-changes'
import type { Side } from '#report/read-side'
import type { ReportRequest } from '#report/report-request'
import { judgeReport } from '#report/verdict'
import type { KnownIssueIndex } from '#results/known-issues'
import type { Report } from '#schema/documents'

const emptySide: Side = { runs: [], builds: new Map(), results: new Map(), metrics: new Map(), unfinished: [] }

/** Compares two sides into a report; `baseline` is undefined for a first run. */
export function buildReport(
  request: ReportRequest,
  baseline: Side | undefined,
  current: Side,
  knownIssues: KnownIssueIndex,
): Report {
  const before = baseline ?? emptySide
  const environments = listEnvironments(current)
  const cutOff = cutOffEnvironments(current)
  for (const { name } of listEnvironments(before)) if (!environments.some((row) => row.name === name)) cutOff.add(name)
  const tests = [...compareTests(before, current, knownIssues, cutOff)]
  const crashes = compareCrashes(before, current, knownIssues, baseline !== undefined)
  const told = new Set(tests.filter(({ class: is }) => is === 'regression').map(({ environment }) => environment))
  for (const crash of crashes) for (const environment of crash.environments) told.add(environment)
  tests.push(...compareEnds(listEnvironments(before), current, environments, told))
  const changes = foldChanges(tests)
  const buildChanges = compareBuilds(before.builds, current.builds)
  const all = [...changes, ...crashes, ...buildChanges]
  const known = tests.filter((change) => change.class === 'known-issue').length
  const totals = sumCounts(environments, known)
  const judged: Omit<Report, 'verdict' | 'summary'> = {
    version: 1,
    kind: 'report',
    title: request.title ?? 'Kernel test report',
    created: (request.created ?? new Date()).toISOString(),
    baseline: baseline === undefined ? null : describeSide(baseline, request.baselineName ?? 'baseline'),
    current: describeSide(current, request.currentName ?? 'current'),
    totals: {
      ...totals,
      regressions: all.filter((change) => change.class === 'regression').length,
      fixes: all.filter((change) => change.class === 'fix').length,
    },
    environments,
    builds: listBuilds(current),
    build_changes: buildChanges,
    changes,
    crash_changes: crashes,
    diagnostics: compareDiagnostics(before.builds, current.builds),
    metric_changes: compareMetrics(before.metrics, current.metrics, knownIssues.metrics),
    missing: findMissing(baseline, current, request.expected),
    notes: knownIssues.expired.map(({ title, until }) => `The known issue '${title}' expired on ${until}.`),
    lkft: { version: lkftVersion() },
  }
  return { ...judged, ...judgeReport(judged) }
}

function sumCounts(
  environments: Report['environments'],
  known: number,
): Omit<Report['totals'], 'regressions' | 'fixes'> {
  const sum = (name: keyof Report['environments'][number]['counts']): number =>
    environments.reduce((total, { counts }) => total + counts[name], 0)
  const [pass, fail, skip, xfail] = [sum('pass'), sum('fail'), sum('skip'), sum('xfail')]
  return { tests: pass + fail + skip + xfail, pass, fail: fail - known, skip, xfail: xfail + known }
}

function describeSide({ runs, builds }: Side, name: string): NonNullable<Report['baseline']> {
  const releases = new Set(runs.flatMap(({ record }) => record.kernel.release ?? []))
  for (const { record } of builds.values()) {
    const release = record.source.kernel_release ?? record.source.kernel_version
    if (runs.length === 0) releases.add(release)
  }
  const [first = null] = releases
  const kernel = releases.size > 1 ? `${first} and ${releases.size - 1} more` : first
  return { name, kernel, runs: runs.length, builds: builds.size }
}

function listBuilds({ builds }: Side): Report['builds'] {
  return [...builds.values()]
    .map(({ record }) => ({
      name: record.name,
      verdict: record.verdict,
      warnings: record.diagnostics.warnings,
      errors: record.diagnostics.errors,
      duration_seconds: record.duration_seconds,
      cause: record.cause?.message ?? null,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
