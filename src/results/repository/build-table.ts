import { type Outcome } from '#results/observation'
import type { ResultTable } from '#results/result-table'

/** What a test of a build is stored as; `mixed` passed and failed on the same kernel. */
export const storedStatuses = ['absent', 'pass', 'fail', 'mixed', 'skip', 'xfail'] as const

type StoredStatus = Exclude<(typeof storedStatuses)[number], 'absent'>

const statusOfOutcome: Readonly<Record<Outcome, StoredStatus>> = {
  P: 'pass',
  F: 'fail',
  M: 'mixed',
  S: 'skip',
  X: 'xfail',
}

/** Results of one build in columns, sorted by suite, test, environment; each key once. */
export interface BuildTable {
  readonly suite: readonly string[]
  readonly test: readonly string[]
  readonly environment: readonly string[]
  readonly status: readonly string[]
}

interface Row {
  readonly suite: string
  readonly test: string
  readonly environment: string
  readonly status: StoredStatus
}

/** A table of one build for storage; of several kernels of one environment the newest counts. */
export function toBuildTable(results: ResultTable): BuildTable {
  const bySuite = new Map<string, Map<string, Row[]>>()
  const environments = [...results.keys()].sort(compareText)
  for (const environment of environments) {
    for (const [suite, tests] of results.get(environment) ?? []) {
      let names = bySuite.get(suite)
      if (names === undefined) bySuite.set(suite, (names = new Map()))
      for (const [test, { history }] of tests) {
        const row: Row = { suite, test, environment, status: statusOfOutcome[history.at(-1) as Outcome] }
        const rows = names.get(test)
        if (rows === undefined) names.set(test, [row])
        else rows.push(row)
      }
    }
  }
  const rows: Row[] = []
  for (const suite of [...bySuite.keys()].sort(compareText)) {
    const names = bySuite.get(suite) ?? new Map<string, Row[]>()
    for (const test of [...names.keys()].sort(compareText)) rows.push(...(names.get(test) ?? []))
  }
  return {
    suite: rows.map((row) => row.suite),
    test: rows.map((row) => row.test),
    environment: rows.map((row) => row.environment),
    status: rows.map((row) => row.status),
  }
}

/** By UTF-16 unit, the order that every file of a repository has. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
