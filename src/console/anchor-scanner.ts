/** Looks for the first of a fixed set of texts in bytes, counting lines on the way. */
export interface ByteScanner {
  /** Where a text begins, or -1; looks at `start` up to `end`. */
  find(bytes: Uint8Array, start: number, end: number): number
  /** Newlines that the last search passed. */
  readonly lines: number
  /** Where the line begins at which the last search stopped. */
  readonly lineStart: number
}

/** Spreads three bytes over the table: 2^32 over the golden ratio. */
const spread = 0x9e3779b1

/** Gives the places in the set, ascending, of the texts that a text holds. */
export type TextScanner = (text: string) => readonly number[]

interface Candidate {
  readonly bytes: Uint8Array
  readonly text: string
  /** Where in the anchor the three bytes stand by which it is found. */
  readonly offset: number
  readonly index: number
}

interface Table {
  readonly known: Uint8Array
  readonly buckets: ReadonlyMap<number, readonly Candidate[]>
}

/**
 * Builds a scanner over ASCII texts of at least three characters. Each is found by
 * its rarest three bytes, so that one table look-up per byte rules out all of them.
 */
export function createByteScanner(anchors: readonly string[]): ByteScanner {
  const { known, buckets } = createTable([...new Set(anchors)])
  const scanner = {
    lines: 0,
    lineStart: 0,
    find: (bytes: Uint8Array, start: number, end: number): number => {
      let three = 0
      let lines = 0
      let lineStart = start
      let found = -1
      for (let at = start; at < end; at += 1) {
        const byte = bytes[at] as number
        three = ((three << 8) | byte) & 0xffffff
        if (byte === 10) {
          lines += 1
          lineStart = at + 1
        } else if (known[Math.imul(three, spread) >>> 16] === 1) {
          found = anchorAt(buckets.get(three), bytes, start, end, at - 2)
          if (found !== -1) break
        }
      }
      scanner.lines = lines
      scanner.lineStart = lineStart
      return found
    },
  }
  return scanner
}

/** The same for a decoded line, telling which of the texts it holds. */
export function createTextScanner(anchors: readonly string[]): TextScanner {
  const { known, buckets } = createTable(anchors)
  return (text) => {
    let found: number[] | undefined
    let three = 0
    for (let at = 0; at < text.length; at += 1) {
      three = ((three << 8) | (text.charCodeAt(at) & 0xff)) & 0xffffff
      if (known[Math.imul(three, spread) >>> 16] !== 1) continue
      for (const { text: anchor, offset, index } of buckets.get(three) ?? []) {
        const from = at - 2 - offset
        if (from < 0 || !text.startsWith(anchor, from)) continue
        found ??= []
        if (!found.includes(index)) found.push(index)
      }
    }
    return found?.sort((a, b) => a - b) ?? []
  }
}

function createTable(anchors: readonly string[]): Table {
  const buckets = new Map<number, Candidate[]>()
  for (const [index, text] of anchors.entries()) {
    const bytes = new TextEncoder().encode(text)
    const offset = rarestThree(text)
    const three = ((bytes[offset] ?? 0) << 16) | ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0)
    const candidate = { bytes, text, offset, index }
    const bucket = buckets.get(three)
    if (bucket === undefined) buckets.set(three, [candidate])
    else bucket.push(candidate)
  }
  const known = new Uint8Array(0x10000)
  for (const three of buckets.keys()) known[Math.imul(three, spread) >>> 16] = 1
  return { known, buckets }
}

function anchorAt(
  candidates: readonly Candidate[] | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
  at: number,
): number {
  for (const { bytes: anchor, offset } of candidates ?? []) {
    const from = at - offset
    if (from < start || from + anchor.length > end) continue
    let same = 0
    while (same < anchor.length && bytes[from + same] === anchor[same]) same += 1
    if (same === anchor.length) return from
  }
  return -1
}

/** Capitals and punctuation are rarer in logs than letters, letters rarer than digits and spaces. */
function rarestThree(text: string): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at + 2 < text.length; at += 1) {
    const cost = commonness(text.charAt(at)) * commonness(text.charAt(at + 1)) * commonness(text.charAt(at + 2))
    if (cost < least) [best, least] = [at, cost]
  }
  return best
}

function commonness(character: string): number {
  if (/[A-Z!#()?]/.test(character)) return 1
  if (/[jkqvwxz_>-]/.test(character)) return 2
  if (/[bcdfghlmpuy]/.test(character)) return 4
  return /[a-z/]/.test(character) ? 7 : 9
}
