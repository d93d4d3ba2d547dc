import { type OutputReader, readLines } from '#suites/outputs/output-reader'

/** `name (2M: 64):<tab>PASS`: test with its environment and arguments, page size, word size, verdict and why. */
const resultLine =
  /^(.+?) \((\d+[KMG]?): (32|64)\):\s+(PASS|FAIL|SKIPPED|CONFIG|Bad configuration|Killed by signal|Test killed|inconclusive)\b[:\s]*(.*)$/i

/** libhugetlbfs' run_tests.py. A test that the machine's configuration does not allow is skipped. */
export function readLibhugetlbfs(): OutputReader {
  return readLines((line) => {
    const match = resultLine.exec(line)
    if (match === null) return undefined
    const [, name = '', page = '', bits = '', verdict = '', why = ''] = match
    const test = `${name} (${page}: ${bits})`
    if (/^pass/i.test(verdict)) return { test, status: 'pass' }
    const message = [verdict, why].filter((part) => part !== '').join(' ')
    if (/^(?:skipped|config|bad config|inconclusive)/i.test(verdict)) return { test, status: 'skip', message }
    return { test, status: 'fail', reason: /kill/i.test(verdict) ? 'crash' : 'assert', message }
  })
}
