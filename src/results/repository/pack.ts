import { type BuildTable, compareText, startColumn } from '#results/repository/build-table'
import { eachChange } from '#results/repository/pack-rows'
import { collectKeys, type KeyCollector } from '#results/repository/key-list'

/**
 * Statuses of many builds against one list of keys. A key is a test in an
 * environment; keys are sorted by suite, test and environment and numbered in that
 * order. Each build is a row of 4-bit statuses (`storedStatuses`).
 */
export interface Pack {
  readonly builds: readonly string[]
  readonly environments: readonly string[]
  readonly tests: readonly PackedTest[]
  readonly keyCount: number
  /** One for each build, two keys a byte, the even key in the low half. */
  readonly rows: readonly Uint8Array[]
}

/** A test and the keys it has: one for each of its environments, in order, from `first` on. */
export interface PackedTest {
  readonly suite: string
  readonly test: string
  readonly first: number
  /** Indices into `Pack.environments`. */
  readonly environments: readonly number[]
}

/** The status of one key in one row, an index into `storedStatuses`. */
export function statusAt(row: Uint8Array, key: number): number {
  return ((row[key >> 1] ?? 0) >> ((key & 1) << 2)) & 15
}

/** A build whose table is read when it is needed. */
export interface PackedBuild {
  readonly id: string
  readonly read: () => Promise<BuildTable>
}

/** Joins builds, oldest first, into a pack. Each is read once and only one is held at a time. */
export async function buildPack(builds: readonly PackedBuild[]): Promise<Pack> {
  const keys = collectKeys()
  const rows: Uint8Array[] = []
  for (const { read } of builds) rows.push(collectRow(await read(), keys))
  const { places, ...list } = keys.sort()
  return { builds: builds.map(({ id }) => id), ...list, rows: rows.map((row) => packRow(row, places)) }
}

/** The statuses of a build, a byte for each key known so far. */
function collectRow({ length, suite, test, environment, status }: BuildTable, keys: KeyCollector): Uint8Array {
  const environments = environment.values.map((name) => keys.environmentOf(name))
  const row = new Uint8Array(keys.count() + length)
  let [suiteCode, testCode, number] = [-1, -1, -1]
  for (let index = 0; index < length; index++) {
    if (suite.codes[index] !== suiteCode || test.codes[index] !== testCode) {
      suiteCode = suite.codes[index] ?? 0
      testCode = test.codes[index] ?? 0
      number = keys.testOf(suite.values[suiteCode] ?? '', test.values[testCode] ?? '')
    }
    row[keys.keyOf(number, environments[environment.codes[index] ?? 0] ?? 0)] = status[index] ?? 0
  }
  return row.slice(0, keys.count())
}

function packRow(row: Uint8Array, places: Uint32Array): Uint8Array {
  const packed = new Uint8Array((places.length + 1) >> 1)
  for (let key = 0; key < row.length; key++) setStatus(packed, places[key] ?? 0, row[key] ?? 0)
  return packed
}

/** Joins packs that follow each other in time into one over the keys of all. */
export function joinPacks(packs: readonly Pack[]): Pack {
  const [single] = packs
  if (single !== undefined && packs.length === 1) return single
  const keys = collectKeys()
  const targets = packs.map((pack) => collectPack(pack, keys))
  const { places, ...list } = keys.sort()
  const rows = packs.flatMap((pack, index) => {
    const target = (targets[index] ?? new Uint32Array()).map((key) => places[key] ?? 0)
    return moveRows(pack.rows, target, list.keyCount)
  })
  return { builds: packs.flatMap(({ builds }) => builds), ...list, rows }
}

/** For each key of a pack its number in the collector. */
function collectPack(pack: Pack, keys: KeyCollector): Uint32Array {
  const environments = pack.environments.map((name) => keys.environmentOf(name))
  const target = new Uint32Array(pack.keyCount)
  for (const { suite, test, first, environments: at } of pack.tests) {
    const number = keys.testOf(suite, test)
    for (const [index, environment] of at.entries()) {
      target[first + index] = keys.keyOf(number, environments[environment] ?? 0)
    }
  }
  return target
}

/** Rows over other keys; of each row only what differs from the one before is moved. */
function moveRows(rows: readonly Uint8Array[], target: Uint32Array, keyCount: number): Uint8Array[] {
  const moved: Uint8Array[] = []
  for (const [number, row] of rows.entries()) {
    const before = rows[number - 1]
    const next = moved.at(-1)?.slice() ?? new Uint8Array((keyCount + 1) >> 1)
    const move = (key: number): void => {
      if (key < target.length) setStatus(next, target[key] ?? 0, statusAt(row, key))
    }
    if (before === undefined) for (let key = 0; key < target.length; key++) move(key)
    else {
      eachChange(row, before, (index) => {
        move(index * 2)
        move(index * 2 + 1)
      })
    }
    moved.push(next)
  }
  return moved
}

function setStatus(row: Uint8Array, key: number, status: number): void {
  const shift = (key & 1) << 2
  row[key >> 1] = ((row[key >> 1] ?? 0) & ~(15 << shift)) | (status << shift)
}

/** Builds of a pack by their names, in that order; names that it does not have are left out. */
export function takeBuilds(pack: Pack, ids: readonly string[]): Pack {
  const rows = new Map(pack.builds.map((id, index) => [id, pack.rows[index]]))
  const kept = ids.filter((id) => rows.has(id))
  return { ...pack, builds: kept, rows: kept.flatMap((id) => rows.get(id) ?? []) }
}

/** The table of one build, as it was before it was packed. */
export function unpackBuild({ builds, rows, tests, environments, keyCount }: Pack, id: string): BuildTable {
  const row = rows[builds.indexOf(id)] ?? new Uint8Array()
  const [suites, names, places] = [startColumn(keyCount), startColumn(keyCount), startColumn(keyCount)]
  const statuses = new Uint8Array(keyCount)
  let length = 0
  for (const { suite, test, first, environments: at } of tests) {
    for (const [index, environment] of at.entries()) {
      const status = statusAt(row, first + index)
      if (status === 0) continue
      suites.add(suite)
      names.add(test)
      places.add(environments[environment] ?? '')
      statuses[length++] = status
    }
  }
  return {
    length,
    suite: suites.end(),
    test: names.end(),
    environment: places.end(),
    status: statuses.slice(0, length),
  }
}

/** A pack of one test alone; without a test when the pack has none of that name. */
export function selectTest(pack: Pack, suite: string, test: string): Pack {
  const found = findTest(pack, suite, test)
  if (found === undefined) return { ...pack, tests: [], keyCount: 0, rows: pack.rows.map(() => new Uint8Array()) }
  const target = found.environments.map((_, index) => found.first + index)
  const rows = pack.rows.map((row) => {
    const selected = new Uint8Array((target.length + 1) >> 1)
    for (const [index, key] of target.entries()) setStatus(selected, index, statusAt(row, key))
    return selected
  })
  return { ...pack, tests: [{ ...found, first: 0 }], keyCount: target.length, rows }
}

/** A test of a pack by its name. */
export function findTest({ tests }: Pack, suite: string, test: string): PackedTest | undefined {
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
