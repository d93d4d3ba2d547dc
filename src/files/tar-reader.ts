import { LkftError } from '#errors/lkft-error'

/** One member of a tar archive. */
export interface TarEntry {
  /** Relative path without `.` and `..` parts. */
  readonly path: string
  readonly type: 'block' | 'character' | 'directory' | 'fifo' | 'file' | 'hard-link' | 'link'
  /** Permission bits. */
  readonly mode: number
  readonly size: number
  readonly mtime: number
  /** What a link points to. */
  readonly target: string
  readonly major: number
  readonly minor: number
}

type Type = TarEntry['type']

const types: Readonly<Record<string, Type>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hard-link',
  '2': 'link',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
}

const block = 512
/** Longest pax or GNU header that is believed. */
const longestHeader = 1 << 20

/**
 * Reads a tar stream (ustar, pax, GNU) member by member: `onEntry` first, then
 * the content in pieces. Nothing is unpacked, so no path can lead anywhere.
 *
 * @throws LkftError BAD_ARGUMENT when it is no tar archive or ends too soon
 */
export async function readTar(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  onEntry: (entry: TarEntry) => Promise<(piece: Uint8Array) => Promise<void>>,
): Promise<void> {
  const bytes = new ByteSource(stream, name)
  let extra: Record<string, string> = {}
  for (;;) {
    const header = await bytes.take(block)
    if (header.every((byte) => byte === 0)) break
    checkHeader(header, name)
    const type = String.fromCharCode(header[156] ?? 0)
    const size = number(extra['size']) ?? octal(header, 124, 12)
    if (type === 'x' || type === 'L' || type === 'K' || type === 'g') {
      if (size > longestHeader) throw broken(name, 'holds a header that is too long')
      const long = (await bytes.take(size)).toString('utf8')
      await bytes.skip(-size & (block - 1))
      if (type === 'x') extra = { ...extra, ...readPax(long) }
      if (type === 'L') extra = { ...extra, path: long.replace(/\0.*$/s, '') }
      if (type === 'K') extra = { ...extra, linkpath: long.replace(/\0.*$/s, '') }
      continue
    }
    const entry = readEntry(header, types[type] ?? 'file', size, extra)
    extra = {}
    const onPiece = await onEntry(entry)
    if (entry.type === 'file') {
      await bytes.pass(size, onPiece)
      await bytes.skip(-size & (block - 1))
    }
  }
}

function readEntry(header: Buffer, type: Type, size: number, extra: Record<string, string>): TarEntry {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(header, 345, 155) : ''
  const name = extra['path'] ?? (prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`)
  return {
    path: safePath(name),
    type,
    mode: octal(header, 100, 8) & 0o7777,
    size: type === 'file' ? size : 0,
    mtime: Math.max(0, Math.trunc(number(extra['mtime']) ?? octal(header, 136, 12))),
    target: extra['linkpath'] ?? text(header, 157, 100),
    major: octal(header, 329, 8),
    minor: octal(header, 337, 8),
  }
}

/** A path that stays below where it is put. */
export function safePath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/')
}

function checkHeader(header: Buffer, name: string): void {
  if (header.length < block) throw broken(name, 'ends in the middle of a header')
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0)
  if (sum !== octal(header, 148, 8)) throw broken(name, 'is no tar archive, or damaged')
}

/** Octal text, or GNU's base-256 for what does not fit. */
function octal(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) !== 0) {
    return header.subarray(at + 1, at + length).reduce((value, byte) => value * 256 + byte, (header[at] ?? 0) & 0x7f)
  }
  return Number.parseInt(text(header, at, length).trim() || '0', 8) || 0
}

function text(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end)
}

function number(value: string | undefined): number | undefined {
  return value === undefined || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value)
}

/** Records `<length> <key>=<value>\n`, the length in bytes. */
function readPax(all: string): Record<string, string> {
  const found: Record<string, string> = {}
  let rest = Buffer.from(all)
  while (rest.length > 0) {
    const space = rest.indexOf(0x20)
    const length = Number(rest.toString('latin1', 0, Math.max(0, space)))
    if (!Number.isInteger(length) || length <= space || length > rest.length) break
    const record = rest.toString('utf8', space + 1, length - 1)
    const equals = record.indexOf('=')
    if (equals > 0) found[record.slice(0, equals)] = record.slice(equals + 1)
    rest = rest.subarray(length)
  }
  return found
}

function broken(name: string, how: string): LkftError {
  return new LkftError('BAD_ARGUMENT', `${name} ${how}`)
}

/** Takes exact amounts of bytes from a stream of chunks. */
class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #name: string
  #held: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Uint8Array>, name: string) {
    this.#chunks = stream[Symbol.asyncIterator]()
    this.#name = name
  }

  /** So many bytes; fewer, even none, at the end of the stream. */
  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      const next = await this.#chunks.next()
      if (next.done === true) break
      this.#held = Buffer.concat([this.#held, next.value])
    }
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(taken.length)
    return taken
  }

  async skip(length: number): Promise<void> {
    await this.take(length)
  }

  /** Hands on so many bytes without holding them. */
  async pass(length: number, onPiece: (piece: Uint8Array) => Promise<void>): Promise<void> {
    for (let left = length; left > 0;) {
      if (this.#held.length === 0) {
        const next = await this.#chunks.next()
        if (next.done === true) throw broken(this.#name, 'ends in the middle of a file')
        this.#held = Buffer.from(next.value)
      }
      const piece = this.#held.subarray(0, left)
      this.#held = this.#held.subarray(piece.length)
      left -= piece.length
      await onPiece(piece)
    }
  }
}
