/** One section of an ELF file: its name and where its bytes are. */
export interface ElfSection {
  readonly name: string
  readonly offset: number
  readonly size: number
}

const magic = Buffer.from('\u007fELF', 'latin1')
const noBits = 8

/** The sections of an ELF file, in order; undefined when the bytes are none. */
export function readElfSections(bytes: Buffer): readonly ElfSection[] | undefined {
  if (bytes.length < 52 || !bytes.subarray(0, 4).equals(magic)) return undefined
  const wide = bytes[4] === 2
  const little = bytes[5] === 1
  const half = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const word = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const long = (at: number): number =>
    wide ? Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) : word(at)
  try {
    const table = long(wide ? 40 : 32)
    const [entry, count, nameIndex] = wide ? [half(58), half(60), half(62)] : [half(46), half(48), half(50)]
    const raw = Array.from({ length: count }, (_, index) => {
      const at = table + index * entry
      const size = long(at + (wide ? 32 : 20))
      return { nameAt: word(at), type: word(at + 4), offset: long(at + (wide ? 24 : 16)), size }
    })
    const names = raw[nameIndex]?.offset ?? 0
    return raw.map(({ nameAt, type, offset, size }) => {
      const start = names + nameAt
      const name = bytes.toString('latin1', start, Math.max(start, bytes.indexOf(0, start)))
      return { name, offset, size: type === noBits ? 0 : size }
    })
  } catch {
    // A header that points outside the file.
    return undefined
  }
}

/** Name of the first section whose bytes differ, `file header` when only what is around them does; undefined for no ELF. */
export function firstDifferentSection(a: Buffer, b: Buffer): string | undefined {
  const [left, right] = [readElfSections(a), readElfSections(b)]
  if (left === undefined || right === undefined) return undefined
  for (const [index, section] of left.entries()) {
    const other = right[index]
    if (other === undefined || other.name !== section.name) return section.name
    const same = a
      .subarray(section.offset, section.offset + section.size)
      .equals(b.subarray(other.offset, other.offset + other.size))
    if (!same) return section.name
  }
  return 'file header'
}
