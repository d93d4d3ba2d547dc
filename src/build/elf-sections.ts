/** One section of an ELF file: its name, where its bytes are, and what it takes in memory. */
export interface ElfSection {
  readonly name: string
  readonly offset: number
  /** Bytes in the file; 0 for what only memory has. */
  readonly size: number
  /** Bytes in memory or in the file. */
  readonly length: number
  /** Part of the running program. */
  readonly allocated: boolean
  readonly writable: boolean
  /** Has no bytes in the file, as .bss. */
  readonly empty: boolean
}

/** Where an ELF file's section headers are. */
export interface SectionTable {
  readonly wide: boolean
  readonly little: boolean
  readonly offset: number
  readonly entrySize: number
  readonly count: number
  /** Index of the section with the names. */
  readonly nameIndex: number
}

const magic = Buffer.from('\u007fELF', 'latin1')
const noBits = 8
const writeFlag = 1
const allocFlag = 2

/** Bytes of a file that `readSectionTable` needs. */
export const headerBytes = 64

/** Reads the first 64 bytes of a file; undefined when they are no ELF header. */
export function readSectionTable(bytes: Buffer): SectionTable | undefined {
  if (bytes.length < 52 || !bytes.subarray(0, 4).equals(magic)) return undefined
  const wide = bytes[4] === 2
  const little = bytes[5] === 1
  if (wide && bytes.length < headerBytes) return undefined
  const read = reader(bytes, wide, little)
  const at = wide ? 58 : 46
  return {
    wide,
    little,
    offset: read.long(wide ? 40 : 32),
    entrySize: read.half(at),
    count: read.half(at + 2),
    nameIndex: read.half(at + 4),
  }
}

/**
 * Reads the section headers.
 *
 * @param bytes the headers themselves, from `table.offset` on
 * @param names gives the bytes of the section that holds the names
 * @throws RangeError when they are shorter than the table says
 */
export async function readSections(
  table: SectionTable,
  bytes: Buffer,
  names: (offset: number, size: number) => Promise<Buffer>,
): Promise<readonly ElfSection[]> {
  const raw = readHeaders(table, bytes)
  const strings = raw[table.nameIndex]
  return withNames(raw, strings === undefined ? Buffer.alloc(0) : await names(strings.offset, strings.size))
}

/** The sections of an ELF file, in order; undefined when the bytes are none. */
export function readElfSections(bytes: Buffer): readonly ElfSection[] | undefined {
  const table = readSectionTable(bytes)
  if (table === undefined) return undefined
  try {
    const raw = readHeaders(table, bytes.subarray(table.offset))
    const strings = raw[table.nameIndex]
    return withNames(raw, bytes.subarray(strings?.offset ?? 0))
  } catch {
    // A header that points outside the file.
    return undefined
  }
}

type Header = Omit<ElfSection, 'name'> & { readonly nameAt: number }

function readHeaders({ wide, little, entrySize, count }: SectionTable, bytes: Buffer): readonly Header[] {
  const { word, long } = reader(bytes, wide, little)
  return Array.from({ length: count }, (_, index) => {
    const at = index * entrySize
    const flags = long(at + 8)
    const length = long(at + (wide ? 32 : 20))
    const empty = word(at + 4) === noBits
    return {
      nameAt: word(at),
      offset: long(at + (wide ? 24 : 16)),
      size: empty ? 0 : length,
      length,
      empty,
      allocated: (flags & allocFlag) !== 0,
      writable: (flags & writeFlag) !== 0,
    }
  })
}

function withNames(raw: readonly Header[], names: Buffer): readonly ElfSection[] {
  return raw.map(({ nameAt, ...section }) => {
    const end = names.indexOf(0, nameAt)
    return { name: names.toString('latin1', nameAt, Math.max(nameAt, end)), ...section }
  })
}

interface NumberReader {
  readonly half: (at: number) => number
  readonly word: (at: number) => number
  readonly long: (at: number) => number
}

function reader(bytes: Buffer, wide: boolean, little: boolean): NumberReader {
  const word = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  return {
    half: (at) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    word,
    long: (at) => (wide ? Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) : word(at)),
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
