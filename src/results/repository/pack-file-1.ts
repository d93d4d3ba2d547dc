import { inflateRawSync } from 'node:zlib'
import type { Pack } from '#results/repository/pack'
import { inflateText, readKeys } from '#results/repository/pack-keys'

/** The header of the first layout: all keys in one piece, each row as what differs from the row before. */
export interface FirstHeader {
  readonly version: 1
  readonly builds: readonly { readonly id: string; readonly length: number }[]
  readonly environments: readonly string[]
  readonly sets: readonly (readonly number[])[]
  readonly keyCount: number
  readonly keysLength: number
}

/** Reads what follows the header of a pack of the first layout. */
export function decodeFirstPack(header: FirstHeader, bytes: Uint8Array): Pack {
  let offset = header.keysLength
  const tests = readKeys(inflateText(bytes.subarray(0, offset)), header.sets, 0)
  const rows: Uint8Array[] = []
  for (const { length } of header.builds) {
    const changed = inflateRawSync(bytes.subarray(offset, (offset += length)), { maxOutputLength: 1 << 26 })
    const before = rows.at(-1)
    rows.push(changed.map((byte, index) => byte ^ (before?.[index] ?? 0)))
  }
  const { environments, keyCount } = header
  return { builds: header.builds.map(({ id }) => id), environments, tests, keyCount, rows }
}
