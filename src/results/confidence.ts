import { wilsonBounds } from '#results/wilson'

/** How often a test passed and failed. */
export interface Tally {
  readonly passes: number
  readonly fails: number
}

/**
 * Whether a regression is more than one bad run: what is judged failed every time,
 * at least twice, and its share of failures lies above the baseline's by both 95 %
 * Wilson bounds. Four runs of each kernel are enough, or two after eight passes.
 */
export function isConfirmed(before: Tally | undefined, after: Tally | undefined): boolean {
  if (before === undefined || after === undefined || after.passes > 0 || after.fails < 2) return false
  const was = wilsonBounds(before.fails, before.fails + before.passes)
  return wilsonBounds(after.fails, after.fails).low > was.high
}
