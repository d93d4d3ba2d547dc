import type { CrashPattern } from '#console/patterns/crash-pattern'
import { diePatterns } from '#console/patterns/die-patterns'
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
  ...diePatterns,
  ...memoryPatterns,
  ...probePatterns,
]

/** The row that a line's text matches, and how. */
export function matchCrashPattern(text: string): { pattern: CrashPattern; match: RegExpExecArray } | undefined {
  for (const pattern of crashPatterns) {
    if (!text.includes(pattern.anchor)) continue
    const match = pattern.pattern.exec(text)
    if (match !== null) return { pattern, match }
  }
  return undefined
}
