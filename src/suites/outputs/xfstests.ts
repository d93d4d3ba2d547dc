import { type OutputReader, type Reading, withoutColours } from '#suites/outputs/output-reader'

/** `generic/001 3s ...  4s`; the first time is that of an earlier run. */
const resultLine = /^([\w-]+\/\d{3,4})(?:\s+(\d+)s ?\.{3})?\s*(.*)$/

/** xfstests' check: one line a test; `Failures:` below them counts for lines that something else broke. */
export function readXfstests(): OutputReader {
  const open = new Set<string>()
  let current: string | undefined
  const verdict = (test: string, text: string): Reading | undefined => {
    const seconds = /(?:^|\s)(\d+)s$/.exec(text)
    if (/\[not run\]/.test(text)) {
      return { test, status: 'skip', message: text.replace(/^.*?\[not run\]\s*/, '') || 'not run' }
    }
    if (/\[expunged\]/.test(text)) return { test, status: 'skip', message: 'expunged' }
    if (/\[failed|output mismatch|_check_\w+:|\[dmesg|\[kmemleak/.test(text))
      return { test, status: 'fail', reason: 'assert', message: text }
    return seconds === null ? undefined : { test, status: 'pass', duration_seconds: Number(seconds[1]) }
  }
  const settle = (test: string, reading: Reading): Reading[] => {
    open.delete(test)
    if (current === test) current = undefined
    return [reading]
  }
  return {
    push: (raw) => {
      const line = withoutColours(raw)
      const failures = /^Failures: (.*)$/.exec(line)
      if (failures !== null) {
        const named = (failures[1] ?? '').split(/\s+/).filter((name) => open.has(name))
        return named.flatMap((test) => settle(test, { test, status: 'fail', reason: 'assert' }))
      }
      const match = resultLine.exec(line)
      const test = match?.[1] ?? current
      if (test === undefined) return []
      if (match !== null) {
        open.add(test)
        current = test
      }
      const reading = verdict(test, match === null ? line.trim() : (match[3] ?? ''))
      if (reading !== undefined) return settle(test, reading)
      // The time of a test that printed something in between stands on a line without its name.
      return []
    },
    end: () => [...open].map((test) => ({ test, status: 'fail', reason: 'missing', message: 'no result' })),
  }
}
