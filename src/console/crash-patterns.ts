import type { CrashPattern } from '#console/patterns/crash-pattern'
import { diePatterns } from '#console/patterns/die-patterns'
import { faultPatterns } from '#console/patterns/fault-patterns'
import { lockdepPatterns } from '#console/patterns/lockdep-patterns'
import { lockupPatterns } from '#console/patterns/lockup-patterns'
import { memoryPatterns } from '#console/patterns/memory-patterns'
import { panicPatterns, probePatterns } from '#console/patterns/panic-patterns'
import { sanitizerPatterns } from '#console/patterns/sanitizer-patterns'
import { warningPatterns } from '#console/patterns/warning-patterns'

export type { CrashKind, CrashPattern, EventFamily } from '#console/patterns/crash-pattern'

/** Every line by which a kernel reports an event; the first row that matches names the line. */
export const crashPatterns: readonly CrashPattern[] = [
  ...panicPatterns,
  ...sanitizerPatterns,
  ...lockdepPatterns,
  ...lockupPatterns,
  ...warningPatterns,
  ...specificFirst([...faultPatterns, ...diePatterns]),
  ...memoryPatterns,
  ...probePatterns,
]

/** Rows whose text is a special case of another row's come first, `Oops:` with whatever follows and any line with `[#n]` last. */
function specificFirst(rows: readonly CrashPattern[]): readonly CrashPattern[] {
  const order = (row: CrashPattern): number => {
    if (row.kind === 'list-corruption') return 0
    if (row.anchor.startsWith('[#')) return 3
    return row.anchor === 'Oops' ? 2 : 1
  }
  return [...rows].sort((a, b) => order(a) - order(b))
}

/** Words that only a report begins with, looked for behind text that somebody left without a newline. */
const laterHead =
  /(?<!["'`=(\w])(?:BUG: (?:KASAN|KFENCE|KCSAN|KMSAN|unable to handle|soft lockup|sleeping|kernel NULL)|kernel BUG at |Kernel panic - not|WARNING: (?:CPU: \d|possible|suspicious|inconsistent)|INFO: (?:rcu_|task |possible |suspicious )|Unable to handle kernel |general protection fault|UBSAN: |Internal error: )/

export interface CrashMatch {
  readonly pattern: CrashPattern
  readonly match: RegExpExecArray
  /** The head did not begin the line. */
  readonly later: boolean
}

/**
 * The row that a line's text matches, and how.
 *
 * @param rows places of the rows whose anchor the text holds, ascending
 */
export function matchCrashPattern(text: string, rows: readonly number[]): CrashMatch | undefined {
  if (rows.length === 0) return undefined
  const trimmed = text.trimStart()
  const found = matchHead(trimmed, rows)
  if (found !== undefined) return { ...found, later: false }
  if (trimmed.startsWith('---[ end')) return undefined
  const at = trimmed.search(laterHead)
  if (at <= 0) return undefined
  const behind = matchHead(trimmed.slice(at), rows)
  return behind === undefined ? undefined : { ...behind, later: true }
}

function matchHead(
  text: string,
  rows: readonly number[],
): { pattern: CrashPattern; match: RegExpExecArray } | undefined {
  for (const index of rows) {
    const pattern = crashPatterns[index]
    const match = pattern?.pattern.exec(text)
    if (pattern !== undefined && match !== null && match !== undefined) return { pattern, match }
  }
  return undefined
}
