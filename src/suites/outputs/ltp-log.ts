import { type OutputReader, type Reading, withoutColours } from '#suites/outputs/output-reader'

/** `abort01    PASS       0`: the file that `runltp -l` writes. */
const logLine = /^(\S+)\s+(PASS|FAIL|CONF|BROK|WARN)\s+(-?\d+)$/
/** `tag=abort01 stime=1 dur=0 exit=exited stat=32 core=no cu=0 cs=0`: ltp-pan's own log. */
const panLine = /^tag=(\S+) stime=\d+ dur=(\d+) exit=(exited|signaled|stopped) stat=(\d+)/

/**
 * Classic LTP: the log of `runltp -l` or of ltp-pan, and ltp-pan's output between `<<<test_start>>>` and
 * `<<<test_end>>>`, of which the lines that say why a test did not pass become its message.
 */
export function readLtpLog(): OutputReader {
  let tag: string | undefined
  let said: string[] = []
  return {
    push: (raw) => {
      const line = withoutColours(raw)
      if (line === '<<<test_start>>>') said = []
      const start = /^tag=(\S+) stime=\d+$/.exec(line)
      if (start !== null) tag = start[1]
      if (/\bT(?:FAIL|BROK|CONF|WARN)\b/.test(line) && said.length < 10) said.push(line.trim())
      const ended = /^duration=(\d+) termination_type=(\w+) termination_id=(\d+)/.exec(line)
      if (ended !== null && tag !== undefined) {
        const reading = judge(tag, Number(ended[3]), ended[2] === 'signaled', said, Number(ended[1]))
        tag = undefined
        said = []
        return [reading]
      }
      const pan = panLine.exec(line)
      if (pan !== null) return [judge(pan[1] ?? '', Number(pan[4]), pan[3] === 'signaled', [], Number(pan[2]))]
      const log = logLine.exec(line)
      if (log === null) return []
      const [, test = '', word] = log
      if (word === 'PASS') return [{ test, status: 'pass' }]
      if (word === 'CONF') return [{ test, status: 'skip' }]
      return [{ test, status: 'fail', reason: word === 'BROK' ? 'error' : 'assert', message: `exit status ${log[3]}` }]
    },
    end: () => (tag === undefined ? [] : [{ test: tag, status: 'fail', reason: 'missing', message: 'it did not end' }]),
  }
}

/** An exit status of LTP is a set of bits: 1 failed, 2 broken, 4 warned, 32 not configured. */
function judge(test: string, status: number, killed: boolean, said: readonly string[], seconds: number): Reading {
  const times = { duration_seconds: seconds }
  const message = [killed ? `killed by signal ${status}` : `exit status ${status}`, ...said].join('\n')
  if (killed) return { test, status: 'fail', reason: 'crash', message, ...times }
  if (status === 0) return { test, status: 'pass', ...times }
  if (status === 32) return { test, status: 'skip', message, ...times }
  return { test, status: 'fail', reason: (status & 3) === 2 ? 'error' : 'assert', message, ...times }
}
