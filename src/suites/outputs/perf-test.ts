import { type OutputReader, readLines } from '#suites/outputs/output-reader'

/** `perf test`: ` 6: Parse event definition strings   : Ok`, ` 6.1: … : Skip (why)`, `FAILED!`. */
const resultLine = /^\s*(\d+(?:\.\d+)?): (.+?)\s+: (?:Running \(.*\)\s*|\.+\s*)?(Ok|FAILED!|Skip)(?: \((.*)\))?$/

/** perf's own tests; a test of several parts has a line of its own only where it has a verdict. */
export function readPerfTest(): OutputReader {
  return readLines((line) => {
    const match = resultLine.exec(line.slice(line.lastIndexOf('\r') + 1))
    if (match === null) return undefined
    const [, number = '', name = '', verdict, why] = match
    const test = `${number} ${name}`
    const message = why === undefined ? {} : { message: why }
    if (verdict === 'Ok') return { test, status: 'pass' }
    return verdict === 'Skip'
      ? { test, status: 'skip', ...message }
      : { test, status: 'fail', reason: 'assert', ...message }
  })
}
