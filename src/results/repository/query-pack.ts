import { countFlips, isUnsteady } from '#results/observation'
import { compareText } from '#results/repository/build-table'
import { type Pack, type PackedTest, statusAt } from '#results/repository/pack'
import { storedStatuses } from '#results/repository/build-table'
import { wilsonBounds } from '#results/wilson'

const outcomes = ['', 'P', 'F', 'M', 'S', 'X'] as const
const pass = 1
const fail = 2
const mixed = 3

/** One test in one environment over builds. */
export interface TestHistory {
  readonly environment: string
  /** Status in each build of the pack, oldest first; `absent` where it did not run. */
  readonly statuses: readonly string[]
}

/** The history of one test in all its environments; empty when no build ran it. */
export function queryHistory(pack: Pack, suite: string, test: string): readonly TestHistory[] {
  const packed = findTest(pack, suite, test)
  if (packed === undefined) return []
  return packed.environments.map((environment, index) => ({
    environment: pack.environments[environment] ?? '',
    statuses: pack.rows.map((row) => storedStatuses[statusAt(row, packed.first + index)] ?? 'absent'),
  }))
}

function findTest({ tests }: Pack, suite: string, test: string): PackedTest | undefined {
  let low = 0
  let high = tests.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = tests[middle]
    if (found === undefined) return undefined
    const order = compareText(found.suite, suite) || compareText(found.test, test)
    if (order === 0) return found
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

/** A test whose status differs between two builds. */
export interface StatusChange {
  readonly environment: string
  readonly suite: string
  readonly test: string
  readonly before: string
  readonly after: string
}

/** All that differs between two builds of a pack, by their index. */
export function queryChanges(pack: Pack, before: number, after: number): readonly StatusChange[] {
  const changes: StatusChange[] = []
  const [old, now] = [pack.rows[before], pack.rows[after]]
  if (old === undefined || now === undefined) return changes
  for (const { suite, test, first, environments } of pack.tests) {
    for (const [index, environment] of environments.entries()) {
      const [was, is] = [statusAt(old, first + index), statusAt(now, first + index)]
      if (was === is) continue
      changes.push({
        environment: pack.environments[environment] ?? '',
        suite,
        test,
        before: storedStatuses[was] ?? 'absent',
        after: storedStatuses[is] ?? 'absent',
      })
    }
  }
  return changes
}

/** How unsteady a test was over a window of builds. */
export interface Flakiness {
  readonly environment: string
  readonly suite: string
  readonly test: string
  readonly runs: number
  readonly fails: number
  readonly flips: number
  /** 95 % Wilson bounds of the share of failures. */
  readonly low: number
  readonly high: number
}

/** The least steady tests of the newest `window` builds, most flips first. */
export function queryFlakiest(pack: Pack, window = 50, most = 50): readonly Flakiness[] {
  const rows = pack.rows.slice(-window)
  const found: Flakiness[] = []
  for (const { suite, test, first, environments } of pack.tests) {
    for (const [index, environment] of environments.entries()) {
      const key = first + index
      if (isSteady(rows, key)) continue
      const history = rows.map((row) => outcomes[statusAt(row, key)] ?? '').join('')
      if (!isUnsteady(history)) continue
      const fails = countOf(history, 'F') + countOf(history, 'M')
      const runs = fails + countOf(history, 'P')
      const { low, high } = wilsonBounds(fails, runs)
      const name = pack.environments[environment] ?? ''
      const flips = countFlips(history) + countOf(history, 'M')
      found.push({ environment: name, suite, test, runs, fails, flips, low, high })
    }
  }
  return found.sort((a, b) => b.flips - a.flips || b.fails - a.fails || compareText(a.test, b.test)).slice(0, most)
}

/** No pass beside a failure: most keys, seen without making a text. */
function isSteady(rows: readonly Uint8Array[], key: number): boolean {
  let seen = 0
  for (const row of rows) {
    const status = statusAt(row, key)
    if (status === mixed) return false
    seen |= 1 << status
  }
  return (seen & (1 << pass)) === 0 || (seen & (1 << fail)) === 0
}

function countOf(history: string, outcome: string): number {
  return history.split(outcome).length - 1
}

/** A suite and how many of its results failed over a window of builds. */
export interface FailingSuite {
  readonly suite: string
  readonly fails: number
  readonly results: number
}

/** The suites with the most failures over the newest `window` builds. */
export function queryFailingSuites(pack: Pack, window = 50, most = 20): readonly FailingSuite[] {
  const rows = pack.rows.slice(-window)
  const suites = new Map<string, { suite: string; fails: number; results: number }>()
  for (const { suite, first, environments } of pack.tests) {
    let entry = suites.get(suite)
    if (entry === undefined) suites.set(suite, (entry = { suite, fails: 0, results: 0 }))
    for (const row of rows) {
      for (let key = first; key < first + environments.length; key++) {
        const status = statusAt(row, key)
        if (status === 0) continue
        entry.results += 1
        if (status === fail || status === mixed) entry.fails += 1
      }
    }
  }
  return [...suites.values()].sort((a, b) => b.fails - a.fails || compareText(a.suite, b.suite)).slice(0, most)
}

/** Since when a test fails. */
export interface FirstBad {
  readonly environment: string
  /** The newest build in which it passed before the row of failures; null when there is none. */
  readonly lastGood: string | null
  readonly firstBad: string
}

/** For each environment in which a test fails now: the first build of the lasting failure and the last good one. */
export function queryFirstBad(pack: Pack, suite: string, test: string): readonly FirstBad[] {
  const found: FirstBad[] = []
  for (const { environment, statuses } of queryHistory(pack, suite, test)) {
    const known = statuses.map((status, index) => ({ status, id: pack.builds[index] ?? '' }))
    const runs = known.filter(({ status }) => status !== 'absent' && status !== 'skip')
    const lastGood = runs.findLastIndex(({ status }) => status !== 'fail')
    const firstBad = runs[lastGood + 1]
    if (firstBad !== undefined) found.push({ environment, lastGood: runs[lastGood]?.id ?? null, firstBad: firstBad.id })
  }
  return found
}
