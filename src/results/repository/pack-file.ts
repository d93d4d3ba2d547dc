import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { LkftError } from '#errors/lkft-error'
import type { Pack } from '#results/repository/pack'

interface Header {
  readonly version: 1
  readonly builds: readonly { readonly id: string; readonly length: number }[]
  readonly environments: readonly string[]
  /** The sets of environments that tests run on, named by index in the key list. */
  readonly sets: readonly (readonly number[])[]
  readonly keyCount: number
  readonly keysLength: number
}

const magic = 'LKFTPACK'
const separator = '\u001f'

/** A pack as bytes: magic, header, key list, then each row as what differs from the row before, all deflated. */
export function encodePack(pack: Pack): Uint8Array {
  const sets: (readonly number[])[] = []
  const setIndex = new Map<string, number>()
  const lines = pack.tests.map(({ suite, test, environments }) => {
    const name = environments.join()
    let index = setIndex.get(name)
    if (index === undefined) {
      index = sets.push(environments) - 1
      setIndex.set(name, index)
    }
    return `${suite}${separator}${test}${separator}${index}`
  })
  const keys = deflateRawSync(lines.join('\n'), { level: 9 })
  const rows = pack.rows.map((row, index) => deflateRawSync(difference(row, pack.rows[index - 1]), { level: 9 }))
  const header: Header = {
    version: 1,
    builds: pack.builds.map((id, index) => ({ id, length: rows[index]?.length ?? 0 })),
    environments: pack.environments,
    sets,
    keyCount: pack.keyCount,
    keysLength: keys.length,
  }
  const text = deflateRawSync(JSON.stringify(header), { level: 9 })
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([Buffer.from(magic), length, text, keys, ...rows])
}

/**
 * Reads a pack.
 *
 * @param from the file's name, for errors
 * @throws LkftError BAD_DOCUMENT
 */
export function decodePack(bytes: Uint8Array, from: string): Pack {
  try {
    if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== magic) throw new Error('it does not begin as one')
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true)
    const header = JSON.parse(inflate(bytes.subarray(12, 12 + length))) as Header
    let offset = 12 + length
    const lines = inflate(bytes.subarray(offset, (offset += header.keysLength))).split('\n')
    let first = 0
    const tests = lines.map((line) => {
      const [suite = '', test = '', set = ''] = line.split(separator)
      const packed = { suite, test, first, environments: header.sets[Number(set)] ?? [] }
      first += packed.environments.length
      return packed
    })
    const rows: Uint8Array[] = []
    for (const { length: rowLength } of header.builds) {
      const changed = inflateRawSync(bytes.subarray(offset, (offset += rowLength)), { maxOutputLength: 1 << 26 })
      rows.push(difference(changed, rows.at(-1)))
    }
    const { environments, keyCount } = header
    return { builds: header.builds.map(({ id }) => id), environments, tests, keyCount, rows }
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${from}: no pack of results: ${(error as Error).message}`, { cause: error })
  }
}

function inflate(bytes: Uint8Array): string {
  return inflateRawSync(bytes, { maxOutputLength: 1 << 28 }).toString('utf8')
}

/** Exclusive or, which undoes itself; words at a time, since a pack of 200 builds has 17 million bytes. */
function difference(row: Uint8Array, other: Uint8Array | undefined): Uint8Array {
  const result = new Uint8Array(row)
  if (other === undefined) return result
  const whole = result.length >> 2
  const [to, from] = [new Uint32Array(result.buffer, result.byteOffset, whole), wordsOf(other, whole)]
  for (let index = 0; index < whole; index++) to[index] = (to[index] ?? 0) ^ (from[index] ?? 0)
  for (let index = whole << 2; index < result.length; index++) {
    result[index] = (result[index] ?? 0) ^ (other[index] ?? 0)
  }
  return result
}

/** Words need an address of their own size, and all of them. */
function wordsOf(bytes: Uint8Array, count: number): Uint32Array {
  const isReady = bytes.byteOffset % 4 === 0 && bytes.length >= count << 2
  if (isReady) return new Uint32Array(bytes.buffer, bytes.byteOffset, count)
  const copy = new Uint8Array(count << 2)
  copy.set(bytes.subarray(0, count << 2))
  return new Uint32Array(copy.buffer)
}
