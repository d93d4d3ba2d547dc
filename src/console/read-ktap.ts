import { splitConsoleLines } from '#console/console-lines'
import { createKtapParser, type KtapError, type KtapOptions } from '#console/ktap'
import { printable } from '#log/printable'
import type { TestResult } from '#schema/documents'

export interface KtapReading {
  readonly tests: readonly TestResult[]
  readonly errors: readonly KtapError[]
}

/** Reads all tests of a log in which kernel and programs may have printed among them. */
export async function readKtap(chunks: AsyncIterable<Uint8Array>, options: KtapOptions): Promise<KtapReading> {
  const parser = createKtapParser(options)
  const tests: TestResult[] = []
  const lines = splitConsoleLines((line) => tests.push(...parser.push(line.text, line.number)))
  for await (const chunk of chunks) lines.push(chunk)
  lines.end()
  tests.push(...parser.end())
  return { tests, errors: parser.errors }
}

/** Lines for a person: what did not pass, then errors of the stream, then the counts. */
export function describeTests({ tests, errors }: KtapReading): readonly string[] {
  const counts = { pass: 0, fail: 0, skip: 0, xfail: 0 }
  for (const test of tests) counts[test.status] += 1
  return [
    ...tests
      .filter((test) => test.status !== 'pass')
      .map(({ suite, test, status, reason, line }) =>
        printable(`line ${line}: ${status} ${suite} ${test}${reason === undefined ? '' : ` (${reason})`}`),
      ),
    ...errors.map(({ line, message }) => printable(`line ${line}: ${message}`)),
    `${tests.length} tests: ${counts.pass} pass, ${counts.fail} fail, ${counts.skip} skip, ${counts.xfail} xfail`,
  ]
}
