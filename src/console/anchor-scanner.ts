/** Looks for the first of a fixed set of texts in bytes. */
export interface ByteScanner {
  /** Where a text begins, or -1; looks at `start` up to `end`. */
  find(bytes: Uint8Array, start: number, end: number): number
}

/** Where three bytes stand in the table; small integers only, which is what keeps the loop fast. */
function slotOf(three: number): number {
  return (three ^ (three >>> 9)) & 0xffff
}

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

/** Shortest text that can be looked for in bytes. */
const windowSize = 4

/**
 * Builds a scanner over ASCII texts of at least four characters. It looks at the
 * last two bytes of a window and jumps as far as no text can end a window there
 * (Wu and Manber's search), so it reads about every third byte.
 */
export function createByteScanner(anchors: readonly string[]): ByteScanner {
  const furthest = windowSize - 1
  const jumps = new Uint8Array(0x10000).fill(furthest)
  const ends = new Map<number, Candidate[]>()
  for (const [index, text] of [...new Set(anchors)].entries()) {
    const bytes = new TextEncoder().encode(text)
    if (bytes.length < windowSize) throw new RangeError(`an anchor has at least ${windowSize} characters: ${text}`)
    const offset = rarestWindow(text, windowSize)
    for (let at = 1; at < windowSize; at += 1) {
      const pair = ((bytes[offset + at - 1] ?? 0) << 8) | (bytes[offset + at] ?? 0)
      jumps[pair] = Math.min(jumps[pair] ?? 0, furthest - at)
      if (at === furthest) ends.set(pair, [...(ends.get(pair) ?? []), { bytes, text, offset, index }])
    }
  }
  return {
    find: (bytes, start, end) => {
      for (let at = start + furthest; at < end;) {
        const pair = ((bytes[at - 1] as number) << 8) | (bytes[at] as number)
        const jump = jumps[pair] as number
        if (jump === 0) {
          const found = anchorAt(ends.get(pair), bytes, start, end, at - furthest)
          if (found !== -1) return found
          at += 1
        } else at += jump
      }
      return -1
    },
  }
}

/** A scanner for decoded lines that tells which of the texts, of at least three characters, a line holds. */
export function createTextScanner(anchors: readonly string[]): TextScanner {
  const { known, buckets } = createTable(anchors)
  return (text) => {
    let found: number[] | undefined
    let three = 0
    for (let at = 0; at < text.length; at += 1) {
      three = ((three << 8) | (text.charCodeAt(at) & 0xff)) & 0xffffff
      if (known[slotOf(three)] !== 1) continue
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
    const offset = rarestWindow(text, 3)
    const three = ((bytes[offset] ?? 0) << 16) | ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0)
    const candidate = { bytes, text, offset, index }
    const bucket = buckets.get(three)
    if (bucket === undefined) buckets.set(three, [candidate])
    else bucket.push(candidate)
  }
  const known = new Uint8Array(0x10000)
  for (const three of buckets.keys()) known[slotOf(three)] = 1
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
function rarestWindow(text: string, size: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at + size <= text.length; at += 1) {
    let cost = 1
    for (const character of text.slice(at, at + size)) cost *= commonness(character)
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
