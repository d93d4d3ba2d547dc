/** Tells whether bytes hold one of a fixed set of texts. */
export type AnchorScanner = (bytes: Uint8Array, start: number, end: number) => boolean

interface Candidate {
  readonly bytes: Uint8Array
  /** Where in the anchor the pair stands by which it is found. */
  readonly offset: number
}

/**
 * Builds a scanner over ASCII texts of at least two characters. Each is found by
 * its rarest pair of bytes, so that one table look-up per byte rules out all of them.
 */
export function createAnchorScanner(anchors: readonly string[]): AnchorScanner {
  const buckets = new Map<number, Candidate[]>()
  for (const anchor of new Set(anchors)) {
    const bytes = new TextEncoder().encode(anchor)
    const offset = rarestPair(anchor)
    const pair = pairAt(bytes, offset)
    const bucket = buckets.get(pair)
    if (bucket === undefined) buckets.set(pair, [{ bytes, offset }])
    else bucket.push({ bytes, offset })
  }
  const known = new Uint8Array(0x10000)
  for (const pair of buckets.keys()) known[pair] = 1

  return (bytes, start, end) => {
    let pair = bytes[start] ?? 0
    for (let at = start + 1; at < end; at += 1) {
      pair = ((pair << 8) | (bytes[at] as number)) & 0xffff
      if (known[pair] === 1 && isAnchor(buckets.get(pair), bytes, start, end, at - 1)) return true
    }
    return false
  }
}

function isAnchor(
  candidates: readonly Candidate[] | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
  at: number,
): boolean {
  for (const { bytes: anchor, offset } of candidates ?? []) {
    const from = at - offset
    if (from < start || from + anchor.length > end) continue
    let same = 0
    while (same < anchor.length && bytes[from + same] === anchor[same]) same += 1
    if (same === anchor.length) return true
  }
  return false
}

function pairAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0)
}

/** Capitals and punctuation are rarer in logs than letters, letters rarer than digits and spaces. */
function rarestPair(text: string): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at + 1 < text.length; at += 1) {
    const cost = commonness(text.charAt(at)) * commonness(text.charAt(at + 1))
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
