import { type Outcome } from '#results/observation'
import type { ResultTable } from '#results/result-table'

/** What a test of a build is stored as; `mixed` passed and failed on the same kernel. */
export const storedStatuses = ['absent', 'pass', 'fail', 'mixed', 'skip', 'xfail'] as const

export type StoredStatus = (typeof storedStatuses)[number]

const codeOfOutcome: Readonly<Record<Outcome, number>> = { P: 1, F: 2, M: 3, S: 4, X: 5 }

/** A column of texts: each different text once, and for each row its index, in the order they first come. */
export interface TextColumn {
  readonly values: readonly string[]
  readonly codes: Uint32Array
}

/** Results of one build in columns, sorted by suite, test, environment; each key once. */
export interface BuildTable {
  readonly length: number
  readonly suite: TextColumn
  readonly test: TextColumn
  readonly environment: TextColumn
  /** Indices into `storedStatuses`. */
  readonly status: Uint8Array
}

/** Collects a column of known length; a text that repeats the one before costs no look-up. */
export function startColumn(length: number): { readonly add: (value: string) => void; readonly end: () => TextColumn } {
  const index = new Map<string, number>()
  const codes = new Uint32Array(length)
  let rows = 0
  let last: string | undefined
  let code = 0
  return {
    add: (value) => {
      if (value !== last) {
        const known = index.get(value)
        code = known ?? index.size
        if (known === undefined) index.set(value, code)
        last = value
      }
      codes[rows++] = code
    },
    end: () => ({ values: [...index.keys()], codes: rows === length ? codes : codes.slice(0, rows) }),
  }
}

/** A table of one build for storage; of several kernels of one environment the newest counts. */
export function toBuildTable(results: ResultTable): BuildTable {
  const bySuite = new Map<string, Map<string, number[]>>()
  const environments = [...results.keys()].sort(compareText)
  let length = 0
  for (const [number, environment] of environments.entries()) {
    for (const [suite, tests] of results.get(environment) ?? []) {
      let names = bySuite.get(suite)
      if (names === undefined) bySuite.set(suite, (names = new Map()))
      for (const [test, { history }] of tests) {
        const entry = number * 8 + codeOfOutcome[history.at(-1) as Outcome]
        const entries = names.get(test)
        if (entries === undefined) names.set(test, [entry])
        else entries.push(entry)
        length += 1
      }
    }
  }
  const [suites, tests, places] = [startColumn(length), startColumn(length), numberAnew(environments, length)]
  const status = new Uint8Array(length)
  let row = 0
  for (const [suite, names] of [...bySuite].sort(([a], [b]) => compareText(a, b))) {
    for (const [test, entries] of [...names].sort(([a], [b]) => compareText(a, b))) {
      for (const entry of entries) {
        suites.add(suite)
        tests.add(test)
        places.add(entry >> 3)
        status[row++] = entry & 7
      }
    }
  }
  return { length, suite: suites.end(), test: tests.end(), environment: places.end(), status }
}

/** A column of texts that come as indices of a list; they are numbered anew as they first come. */
function numberAnew(list: readonly string[], length: number) {
  const numbers = new Int32Array(list.length).fill(-1)
  const values: string[] = []
  const codes = new Uint32Array(length)
  let rows = 0
  return {
    add: (index: number): void => {
      if (numbers[index] === -1) numbers[index] = values.push(list[index] ?? '') - 1
      codes[rows++] = numbers[index] ?? 0
    },
    end: (): TextColumn => ({ values, codes }),
  }
}

/** The rows of a table as texts. */
export function* eachRow({
  length,
  suite,
  test,
  environment,
  status,
}: BuildTable): Generator<
  { readonly suite: string; readonly test: string; readonly environment: string; readonly status: StoredStatus },
  void,
  void
> {
  for (let row = 0; row < length; row++) {
    yield {
      suite: textAt(suite, row),
      test: textAt(test, row),
      environment: textAt(environment, row),
      status: storedStatuses[status[row] ?? 0] ?? 'absent',
    }
  }
}

/** The text of one row. */
export function textAt({ values, codes }: TextColumn, row: number): string {
  return values[codes[row] ?? 0] ?? ''
}

/** By UTF-16 unit, the order that every file of a repository has. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
