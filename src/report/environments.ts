import { currentOutcome } from '#report/classify'
import type { Side } from '#report/read-side'
import type { Report, Run } from '#schema/documents'
import type { Verdict } from '#errors/exit-code'

type Environment = Report['environments'][number]

/** Worst last: what an environment's verdict is when several runs make it up. */
const verdictOrder: readonly Verdict[] = ['pass', 'cancelled', 'infra', 'error', 'fail', 'timeout', 'hang', 'crash']

/** One row for each environment of a side, sorted by name; runs of the same one are joined. */
export function listEnvironments({ runs, results }: Pick<Side, 'runs' | 'results'>): Environment[] {
  const rows = new Map<string, Environment>()
  for (const { record } of runs) {
    const row = rows.get(record.environment)
    if (row === undefined) rows.set(record.environment, startRow(record))
    else joinRow(row, record)
  }
  for (const name of results.keys()) if (!rows.has(name)) rows.set(name, startPlainRow(name))
  for (const row of rows.values()) {
    row.counts = count(results.get(row.name))
    row.verdict ??= runs.length === 0 ? (row.counts.fail > 0 ? 'fail' : 'pass') : null
  }
  return [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Environments of which a run did not come to its end for a reason that is not the kernel's. */
export function cutOffEnvironments({ runs }: Pick<Side, 'runs'>): Set<string> {
  const isCutOff = ({ state, verdict }: Run): boolean =>
    state !== 'done' || verdict === null || verdict === 'infra' || verdict === 'cancelled' || verdict === 'error'
  return new Set(runs.filter(({ record }) => isCutOff(record)).map(({ record }) => record.environment))
}

function startRow(record: Run): Environment {
  return {
    name: record.environment,
    verdict: record.verdict,
    counts: { pass: 0, fail: 0, skip: 0, xfail: 0 },
    kernel: record.kernel.release,
    cause: record.cause?.message ?? null,
    duration_seconds: record.duration_seconds,
  }
}

/** Of results that no run directory stands behind. */
function startPlainRow(name: string): Environment {
  const counts = { pass: 0, fail: 0, skip: 0, xfail: 0 }
  return { name, verdict: null, counts, kernel: null, cause: null, duration_seconds: 0 }
}

function joinRow(row: Environment, record: Run): void {
  row.duration_seconds += record.duration_seconds
  row.kernel = record.kernel.release ?? row.kernel
  if (rank(record.verdict) <= rank(row.verdict)) return
  row.verdict = record.verdict
  row.cause = record.cause?.message ?? null
}

function rank(verdict: Verdict | null): number {
  return verdict === null ? verdictOrder.indexOf('cancelled') : verdictOrder.indexOf(verdict)
}

/** Each test counts once, however often it ran. */
function count(suites: ReturnType<Side['results']['get']>): Environment['counts'] {
  const counts = { pass: 0, fail: 0, skip: 0, xfail: 0 }
  for (const tests of suites?.values() ?? []) {
    for (const { history } of tests.values()) counts[counted[currentOutcome(history)]] += 1
  }
  return counts
}

const counted = { P: 'pass', F: 'fail', M: 'fail', S: 'skip', X: 'xfail' } as const
