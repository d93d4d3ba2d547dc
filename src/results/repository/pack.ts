import { type BuildTable, compareText, storedStatuses } from '#results/repository/build-table'

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

/** Joins builds, oldest first, into a pack. Each is read twice and only one is held at a time. */
export async function buildPack(builds: readonly PackedBuild[]): Promise<Pack> {
  const known = new Map<string, Map<string, Set<string>>>()
  for (const { read } of builds) collectKeys(await read(), known)
  const keys = listKeys(known)
  const rows: Uint8Array[] = []
  for (const { read } of builds) rows.push(packRow(await read(), keys))
  const { environments, tests, keyCount } = keys
  return { builds: builds.map(({ id }) => id), environments, tests, keyCount, rows }
}

type KnownKeys = Map<string, Map<string, Set<string>>>

function collectKeys({ suite, test, environment }: BuildTable, known: KnownKeys): void {
  for (let row = 0; row < suite.length; row++) {
    const tests = child(known, suite[row] ?? '', () => new Map<string, Set<string>>())
    child(tests, test[row] ?? '', () => new Set<string>()).add(environment[row] ?? '')
  }
}

interface KeyList extends Pick<Pack, 'environments' | 'tests' | 'keyCount'> {
  readonly places: ReadonlyMap<string, ReadonlyMap<string, PackedTest>>
  readonly environmentIndex: ReadonlyMap<string, number>
}

function listKeys(known: KnownKeys): KeyList {
  const names = new Set<string>()
  for (const tests of known.values()) for (const at of tests.values()) for (const name of at) names.add(name)
  const environments = [...names].sort(compareText)
  const environmentIndex = new Map(environments.map((name, index) => [name, index]))
  const tests: PackedTest[] = []
  const places = new Map<string, Map<string, PackedTest>>()
  let keyCount = 0
  for (const suite of [...known.keys()].sort(compareText)) {
    const inSuite = known.get(suite) ?? new Map<string, Set<string>>()
    const placed = child(places, suite, () => new Map<string, PackedTest>())
    for (const test of [...inSuite.keys()].sort(compareText)) {
      const at = [...(inSuite.get(test) ?? [])].map((name) => environmentIndex.get(name) ?? 0).sort((a, b) => a - b)
      const packed = { suite, test, first: keyCount, environments: at }
      tests.push(packed)
      placed.set(test, packed)
      keyCount += at.length
    }
  }
  return { environments, tests, keyCount, places, environmentIndex }
}

/** Joins packs that follow each other in time into one over the keys of all. */
export function joinPacks(packs: readonly Pack[]): Pack {
  const [single] = packs
  if (single !== undefined && packs.length === 1) return single
  const known: KnownKeys = new Map()
  for (const { tests, environments } of packs) {
    for (const { suite, test, environments: at } of tests) {
      const names = child(
        child(known, suite, () => new Map<string, Set<string>>()),
        test,
        () => new Set<string>(),
      )
      for (const index of at) names.add(environments[index] ?? '')
    }
  }
  const keys = listKeys(known)
  const rows = packs.flatMap((pack) => {
    const target = keyMap(pack, keys)
    return pack.rows.map((row) => moveRow(row, target, keys.keyCount))
  })
  const { environments, tests, keyCount } = keys
  return { builds: packs.flatMap(({ builds }) => builds), environments, tests, keyCount, rows }
}

/** For each key of a pack its number in a key list. */
function keyMap(pack: Pack, { places, environmentIndex }: KeyList): Uint32Array {
  const target = new Uint32Array(pack.keyCount)
  for (const { suite, test, first, environments } of pack.tests) {
    const place = places.get(suite)?.get(test)
    for (const [index, environment] of environments.entries()) {
      const at = environmentIndex.get(pack.environments[environment] ?? '') ?? 0
      target[first + index] = (place?.first ?? 0) + (place?.environments.indexOf(at) ?? 0)
    }
  }
  return target
}

function moveRow(row: Uint8Array, target: Uint32Array, keyCount: number): Uint8Array {
  const moved = new Uint8Array((keyCount + 1) >> 1)
  for (let key = 0; key < target.length; key++) {
    const status = statusAt(row, key)
    const at = target[key] ?? 0
    if (status !== 0) moved[at >> 1] = (moved[at >> 1] ?? 0) | (status << ((at & 1) << 2))
  }
  return moved
}

const codeOfStatus = new Map<string, number>(storedStatuses.map((status, code) => [status, code]))

function packRow(table: BuildTable, { places, environmentIndex, keyCount }: KeyList): Uint8Array {
  const row = new Uint8Array((keyCount + 1) >> 1)
  for (let index = 0; index < table.suite.length; index++) {
    const packed = places.get(table.suite[index] ?? '')?.get(table.test[index] ?? '')
    const environment = environmentIndex.get(table.environment[index] ?? '')
    if (packed === undefined || environment === undefined) continue
    const key = packed.first + packed.environments.indexOf(environment)
    const byte = row[key >> 1] ?? 0
    row[key >> 1] = byte | ((codeOfStatus.get(table.status[index] ?? '') ?? 0) << ((key & 1) << 2))
  }
  return row
}

function child<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = create()
  map.set(key, made)
  return made
}
