import { measured, type OutputReader, type Reading, withoutColours } from '#suites/outputs/output-reader'

/** `T: 0 ( 1234) P:80 I:1000 C:  10000 Min:      7 Act:    8 Avg:   10 Max:      44`: cyclictest's family. */
const threadLine = /^T: ?(\d+) .*?\bMin: *(\d+)\b.*?\bAvg: *(\d+)\b.*?\bMax: *(\d+)/
/** `#0 -> #1, Min    1, Cur    3, Avg    4, Max   44`: pmqtest's family. */
const pairLine = /^#(\d+) -> #\d+, Min +(\d+), Cur +\d+, Avg +(\d+), Max +(\d+)/

/** Latencies in microseconds, the last of each thread, as rt-tests print them; rt-migrate-test's and pi_stress' verdicts. */
export function readRtTests(): OutputReader {
  const threads = new Map<string, readonly [min: number, avg: number, max: number]>()
  return {
    push: (raw) => {
      const line = withoutColours(raw).trim()
      const match = threadLine.exec(line) ?? pairLine.exec(line)
      if (match !== null) {
        const [, thread = '', min, avg, max] = match
        if (threads.size < 1024 || threads.has(thread)) threads.set(thread, [Number(min), Number(avg), Number(max)])
        return []
      }
      const inversions = /^Total inversion performed: (\d+)$/.exec(line)
      if (inversions !== null) return [measured('inversions', Number(inversions[1]), 'count')]
      if (/^Passed!$/i.test(line)) return [{ test: 'migration', status: 'pass' }]
      if (/^Failed!$/i.test(line)) return [{ test: 'migration', status: 'fail', reason: 'assert' }]
      return []
    },
    end: () => [...threads].flatMap(([thread, times]) => latencies(`t${thread}`, times)),
  }
}

function latencies(thread: string, [min, avg, max]: readonly [number, number, number]): readonly Reading[] {
  return [
    measured(`${thread}.min-latency`, min, 'us'),
    measured(`${thread}.avg-latency`, avg, 'us'),
    measured(`${thread}.max-latency`, max, 'us'),
  ]
}
