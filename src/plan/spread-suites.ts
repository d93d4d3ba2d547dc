export interface SuiteShard {
  /** From 1. */
  readonly index: number
  readonly count: number
  readonly suites: readonly string[]
  readonly minutes: number
}

/**
 * Spreads suites over at most `count` shards so that the longest shard is short:
 * the longest suites first, each to the emptiest shard. A shard runs its suites
 * in the order of the plan.
 */
export function spreadSuites(
  suites: readonly string[],
  count: number,
  minutesOf: (suite: string) => number,
): readonly SuiteShard[] {
  const parts = Array.from({ length: Math.min(count, suites.length) }, () => ({ suites: [] as number[], minutes: 0 }))
  const longestFirst = suites
    .map((suite, at) => ({ at, minutes: minutesOf(suite) }))
    .sort((a, b) => b.minutes - a.minutes)
  for (const { at, minutes } of longestFirst) {
    const emptiest = parts.reduce((least, part) => (part.minutes < least.minutes ? part : least))
    emptiest.suites.push(at)
    emptiest.minutes += minutes
  }
  return parts.map((part, index) => ({
    index: index + 1,
    count: parts.length,
    suites: part.suites.sort((a, b) => a - b).map((at) => suites[at] as string),
    minutes: part.minutes,
  }))
}
