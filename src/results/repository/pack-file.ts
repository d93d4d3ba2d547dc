import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { LkftError } from '#errors/lkft-error'
import { compareText } from '#results/repository/build-table'
import { findTest, type Pack, selectTest } from '#results/repository/pack'
import { decodeFirstPack, type FirstHeader } from '#results/repository/pack-file-1'
import { encodeKeys, inflateText, type KeyBlock, readKeys } from '#results/repository/pack-keys'
import { applyDifference, applyPart, encodeDifference } from '#results/repository/pack-rows'

/** Sizes are those of the deflated parts, which follow in the order of these fields. */
interface Header {
  readonly version: 2
  /** Oldest first. */
  readonly builds: readonly string[]
  readonly environments: readonly string[]
  /** The sets of environments that tests run on, named by index in the list of keys. */
  readonly sets: readonly (readonly number[])[]
  readonly keyCount: number
  readonly keys: readonly KeyBlock[]
  /** The row of the newest build. */
  readonly newest: number
  /** Each row before it, newest first, as what differs from the row after it. */
  readonly older: readonly number[]
}

const magic = 'LKFTPACK'

/** A pack as bytes. The newest row is whole, so what is asked of the newest builds is read without the others. */
export function encodePack(pack: Pack): Uint8Array {
  const { sets, blocks, parts } = encodeKeys(pack.tests)
  const rows = pack.rows.toReversed()
  const newest = deflateRawSync(rows[0] ?? new Uint8Array(), { level: 9 })
  const older = rows
    .slice(1)
    .map((row, index) => deflateRawSync(encodeDifference(row, rows[index] ?? row), { level: 9 }))
  const header: Header = {
    version: 2,
    builds: pack.builds,
    environments: pack.environments,
    sets,
    keyCount: pack.keyCount,
    keys: blocks,
    newest: newest.length,
    older: older.map(({ length }) => length),
  }
  const text = deflateRawSync(JSON.stringify(header), { level: 9 })
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([Buffer.from(magic), length, text, ...parts, newest, ...older])
}

/**
 * Reads a pack.
 *
 * @param from the file's name, for errors
 * @param most how many of the newest builds are wanted; the others are left out
 * @throws LkftError BAD_DOCUMENT
 */
export function decodePack(bytes: Uint8Array, from: string, most = Infinity): Pack {
  return decode(bytes, from, (header, body) => {
    if (header.version === 1) return keepNewest(decodeFirstPack(header, body), most)
    let offset = 0
    const tests = header.keys.flatMap(([, , first, size]) =>
      readKeys(inflateText(body.subarray(offset, (offset += size))), header.sets, first),
    )
    const rows: Uint8Array[] = []
    for (const part of eachRow(header, body, most)) {
      const row = rows.at(-1)?.slice() ?? rowOf(header, part)
      if (rows.length > 0) applyDifference(row, part)
      rows.push(row)
    }
    return { ...describe(header, rows.length), tests, keyCount: header.keyCount, rows: rows.toReversed() }
  })
}

/**
 * Reads one test of a pack; a pack without a test when it has none of that name.
 *
 * @throws LkftError BAD_DOCUMENT
 */
export function decodeTest(bytes: Uint8Array, from: string, suite: string, test: string, most = Infinity): Pack {
  return decode(bytes, from, (header, body) => {
    if (header.version === 1) return keepNewest(selectTest(decodeFirstPack(header, body), suite, test), most)
    const number = header.keys.findLastIndex(
      ([firstSuite, firstTest]) => (compareText(firstSuite, suite) || compareText(firstTest, test)) <= 0,
    )
    const offset = header.keys.slice(0, Math.max(0, number)).reduce((sum, [, , , size]) => sum + size, 0)
    const [, , first, size] = header.keys[number] ?? ['', '', 0, 0]
    const tests = size === 0 ? [] : readKeys(inflateText(body.subarray(offset, offset + size)), header.sets, first)
    const pack: Pack = { ...describe(header, most), tests, keyCount: header.keyCount, rows: [] }
    const found = findTest(pack, suite, test)
    if (found === undefined) return selectTest({ ...pack, rows: pack.builds.map(() => new Uint8Array()) }, suite, test)
    // From a byte's beginning on: the key before it may share the byte.
    const start = found.first >> 1
    const end = (found.first + found.environments.length + 1) >> 1
    const rows: Uint8Array[] = []
    for (const part of eachRow(header, body, most)) {
      const row = rows.at(-1)?.slice() ?? rowOf(header, part).slice(start, end)
      if (rows.length > 0) applyPart(row, start, part)
      rows.push(row)
    }
    return selectTest({ ...pack, tests: [{ ...found, first: found.first & 1 }], rows: rows.toReversed() }, suite, test)
  })
}

function decode(bytes: Uint8Array, from: string, read: (header: Header | FirstHeader, body: Uint8Array) => Pack): Pack {
  try {
    if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== magic) throw new Error('it does not begin as one')
    const end = 12 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true)
    const header = JSON.parse(inflateText(bytes.subarray(12, end))) as Header | FirstHeader
    if (header.version !== 1 && header.version !== 2) throw new Error('a newer lkft made it')
    return read(header, bytes.subarray(end))
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${from}: no pack of results: ${(error as Error).message}`, { cause: error })
  }
}

/** The newest row, then what differs in each row before it, inflated one by one. */
function* eachRow({ keys, newest, older, builds }: Header, body: Uint8Array, most: number) {
  let offset = keys.reduce((sum, [, , , size]) => sum + size, 0)
  for (const size of [newest, ...older].slice(0, Math.min(most, builds.length))) {
    yield inflateRawSync(body.subarray(offset, (offset += size)), { maxOutputLength: 1 << 26 })
  }
}

/** A copy that begins at its own buffer, so that it can be looked at by words. */
function rowOf({ keyCount }: Header, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== (keyCount + 1) >> 1) throw new Error('a row is too short or too long')
  return new Uint8Array(bytes)
}

function describe({ builds, environments }: Header, most: number): Pick<Pack, 'builds' | 'environments'> {
  return { builds: builds.slice(Math.max(0, builds.length - most)), environments }
}

function keepNewest(pack: Pack, most: number): Pack {
  const first = Math.max(0, pack.builds.length - most)
  return { ...pack, builds: pack.builds.slice(first), rows: pack.rows.slice(first) }
}
