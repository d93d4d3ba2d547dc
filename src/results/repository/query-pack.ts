import { compareText, storedStatuses } from '#results/repository/build-table'
import { findTest, type Pack, type PackedTest, statusAt } from '#results/repository/pack'
import { eachChange } from '#results/repository/pack-rows'
import { wilsonBounds } from '#results/wilson'

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
  let at = 0
  for (const key of differingKeys(old, now)) {
    while ((pack.tests[at + 1]?.first ?? Infinity) <= key) at += 1
    const found = pack.tests[at]
    if (found === undefined) break
    changes.push({
      environment: pack.environments[found.environments[key - found.first] ?? 0] ?? '',
      suite: found.suite,
      test: found.test,
      before: storedStatuses[statusAt(old, key)] ?? 'absent',
      after: storedStatuses[statusAt(now, key)] ?? 'absent',
    })
  }
  return changes
}

function differingKeys(old: Uint8Array, now: Uint8Array): readonly number[] {
  const keys: number[] = []
  eachChange(now, old, (index) => {
    const differs = (old[index] ?? 0) ^ (now[index] ?? 0)
    if ((differs & 15) !== 0) keys.push(index * 2)
    if (differs >> 4 !== 0) keys.push(index * 2 + 1)
  })
  return keys
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
  let found: Unsteady[] = []
  const seen = seenStatuses(rows, pack.keyCount)
  for (const at of pack.tests) {
    for (let key = at.first; key < at.first + at.environments.length; key++) {
      if (isSteady(seen[key] ?? 0)) continue
      const { runs, fails, flips, mixes } = countKey(rows, key)
      if (mixes > 0 || flips >= 2) found.push({ key, test: at, runs, fails, flips: flips + mixes })
    }
    if (found.length > 16 * most) found = leastSteady(found, most)
  }
  return leastSteady(found, most).map(({ key, test: { suite, test, first, environments }, runs, fails, flips }) => {
    const { low, high } = wilsonBounds(fails, runs)
    const environment = pack.environments[environments[key - first] ?? 0] ?? ''
    return { environment, suite, test, runs, fails, flips, low, high }
  })
}

interface Unsteady extends Pick<Flakiness, 'runs' | 'fails' | 'flips'> {
  readonly key: number
  readonly test: PackedTest
}

function leastSteady(found: readonly Unsteady[], most: number): Unsteady[] {
  return found.toSorted((a, b) => b.flips - a.flips || b.fails - a.fails || a.key - b.key).slice(0, most)
}

interface KeyCounts {
  readonly runs: number
  readonly fails: number
  /** How often it went from pass to fail or back. */
  readonly flips: number
  /** Builds in which it did both. */
  readonly mixes: number
}

function countKey(rows: readonly Uint8Array[], key: number): KeyCounts {
  let [runs, fails, flips, mixes, last] = [0, 0, 0, 0, 0]
  for (const row of rows) {
    const status = statusAt(row, key)
    if (status === mixed) mixes += 1
    if (status !== pass && status !== fail) continue
    if (last !== 0 && status !== last) flips += 1
    if (status === fail) fails += 1
    runs += 1
    last = status
  }
  return { runs: runs + mixes, fails: fails + mixes, flips, mixes }
}

/** For each key the statuses it had in any row, a bit for each. */
function seenStatuses(rows: readonly Uint8Array[], keyCount: number): Uint8Array {
  const seen = new Uint8Array(keyCount + 1)
  for (const [number, row] of rows.entries()) {
    const see = (index: number): void => {
      const byte = row[index] ?? 0
      const key = index * 2
      seen[key] = (seen[key] ?? 0) | (1 << (byte & 15))
      seen[key + 1] = (seen[key + 1] ?? 0) | (1 << (byte >> 4))
    }
    const before = rows[number - 1]
    if (before !== undefined) eachChange(row, before, see)
    else for (let index = 0; index < row.length; index++) see(index)
  }
  return seen
}

/** No pass beside a failure: most keys, seen without making a text. */
function isSteady(seen: number): boolean {
  return (seen & (1 << mixed)) === 0 && ((seen & (1 << pass)) === 0 || (seen & (1 << fail)) === 0)
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
