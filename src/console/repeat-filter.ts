import type { ConsoleLine } from '#console/console-line'

/** Recognises lines of a report that are shown again: by `dmesg` in a test, by a second console, by a log collector. */
export interface RepeatFilter {
  /** Whether this very line, printk time included, came before. */
  isRepeat(line: ConsoleLine): boolean
}

/** Lines remembered; beyond them repeats are told again, and memory stays flat. */
const most = 20_000

/** Starts with nothing seen. Only lines with a printk time other than zero are recognised. */
export function createRepeatFilter(): RepeatFilter {
  const seen = new Set<string>()
  return {
    isRepeat: (line) => {
      if (!((line.seconds ?? 0) > 0)) return false
      const key = `${line.seconds} ${line.caller ?? ''} ${line.text}`
      if (seen.has(key)) return true
      if (seen.size < most) seen.add(key)
      return false
    },
  }
}
