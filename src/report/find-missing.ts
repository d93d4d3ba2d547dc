import type { Side } from '#report/read-side'
import type { ExpectedCell } from '#report/report-request'
import type { Run } from '#schema/documents'

/**
 * Cells without whole results, one sentence each: cells of the plan that nothing
 * came of; without a plan, environments and builds that only the baseline has;
 * and everything that the lab, the machine or an interruption cut off.
 */
export function findMissing(
  baseline: Side | undefined,
  current: Side,
  expected: readonly ExpectedCell[] | undefined,
): string[] {
  const missing = [...current.unfinished, ...cutOffs(current)]
  if (expected !== undefined) missing.push(...expected.flatMap((cell) => missingCell(cell, current)))
  else if (baseline !== undefined) missing.push(...absent(baseline, current))
  return [...new Set(missing)].sort()
}

function* cutOffs({ runs, builds }: Side): Generator<string, void, void> {
  for (const { record } of runs) {
    if (record.state === 'done' && isOutside(record.verdict)) yield describe(record.environment, record)
  }
  for (const { record } of builds.values()) {
    if (record.state === 'done' && isOutside(record.verdict)) yield describe(`build ${record.name}`, record)
  }
}

function isOutside(verdict: Run['verdict']): boolean {
  return verdict === 'infra' || verdict === 'error' || verdict === 'cancelled'
}

function describe(name: string, { verdict, cause }: Pick<Run, 'verdict' | 'cause'>): string {
  return `${name}: ${verdict}${cause === null ? '' : `: ${cause.message}`}`
}

function missingCell(cell: ExpectedCell, current: Side): string[] {
  const { build, environment } = cell
  const record = current.builds.get(build)?.record
  if (environment === undefined) return record === undefined ? [`build ${build}: no results`] : []
  if (current.runs.some((run) => isOf(run.record, build, environment))) return []
  if (record?.verdict === 'fail') return [`${environment} with ${build}: not run, the build failed`]
  return [`${environment} with ${build}: no results`]
}

function isOf(run: Run, build: string, environment: string): boolean {
  if (run.environment === environment) return run.kernel.build === null || run.kernel.build === build
  return run.kernel.build === build && (run.device === environment || run.board === environment)
}

function* absent(baseline: Side, current: Side): Generator<string, void, void> {
  const environments = namesOf(current)
  for (const name of namesOf(baseline)) if (!environments.has(name)) yield `${name}: only the baseline has results`
  if (current.builds.size === 0) return
  for (const name of baseline.builds.keys()) {
    if (!current.builds.has(name)) yield `build ${name}: only the baseline has it`
  }
}

function namesOf({ runs, results }: Side): ReadonlySet<string> {
  return new Set([...runs.map(({ record }) => record.environment), ...results.keys()])
}
