/** Bytes `first` to `last`, both included. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/** More ranges than this in one request are answered with the whole, as RFC 9110 allows. */
const mostRanges = 16

/**
 * Reads a Range header for a resource of `size` bytes.
 *
 * @returns undefined when it is to be ignored, an empty list when nothing fits (416)
 */
export function parseRange(header: string | undefined, size: number): readonly ByteRange[] | undefined {
  const list = /^bytes=(.+)$/i.exec(header?.trim() ?? '')?.[1]
  if (list === undefined) return undefined
  const parts = list.split(',').map((part) => part.trim())
  if (parts.length > mostRanges) return undefined
  const ranges: ByteRange[] = []
  for (const part of parts) {
    const match = /^(\d{0,15})-(\d{0,15})$/.exec(part)
    if (match === null || part === '-') return undefined
    const range = resolve(match[1] ?? '', match[2] ?? '', size)
    if (range === 'bad') return undefined
    if (range !== undefined) ranges.push(range)
  }
  const total = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  return ranges.length > 1 && total > size ? undefined : ranges
}

function resolve(from: string, to: string, size: number): ByteRange | 'bad' | undefined {
  if (from === '') {
    const count = Math.min(Number(to), size)
    return count === 0 ? undefined : { first: size - count, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Number(to)
  if (to !== '' && last < first) return 'bad'
  return first >= size ? undefined : { first, last: Math.min(last, size - 1) }
}
