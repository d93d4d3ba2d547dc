import { LkftError } from '#errors/lkft-error'
import type { Imported } from '#results/formats/imported'
import { streamXml } from '#results/formats/stream-xml'
import type { TestResult } from '#schema/documents'

const statusOfResult: Readonly<Record<string, TestResult['status']>> = {
  assumption_failure: 'skip',
  fail: 'fail',
  ignored: 'skip',
  pass: 'pass',
}

/**
 * The tests of Tradefed's test_result.xml (CTS, VTS) as they come: the suite is
 * `abi.module`, the test `case.test`.
 *
 * @throws LkftError BAD_DOCUMENT naming file, line and column
 */
export async function* readTradefed(file: string): AsyncGenerator<Imported, void, void> {
  let [suite, testCase] = ['/', '']
  let current: { readonly test: string; readonly status: TestResult['status']; message: string | undefined } | undefined
  let ready: Imported[] = []
  yield* streamXml(file, {
    open: (name, attributes, line) => {
      if (name === 'Module') suite = [attributes['abi'] ?? '', required(attributes, line)].filter(Boolean).join('.')
      if (name === 'TestCase') testCase = required(attributes, line)
      if (name === 'Test') current = { test: `${testCase}.${required(attributes, line)}`, status: statusAt(attributes, line), message: undefined } // prettier-ignore
      if (name === 'Failure' && current !== undefined) current.message = attributes['message']?.slice(0, 4096)
    },
    text: () => undefined,
    close: (name) => {
      if (name !== 'Test' || current === undefined) return
      ready.push({ environment: undefined, suite, ...current })
      current = undefined
    },
    take: () => {
      const taken = ready
      ready = []
      return taken
    },
  })

  function required(attributes: Readonly<Record<string, string>>, line: number): string {
    const found = attributes['name'] ?? ''
    if (found !== '') return found
    throw new LkftError('BAD_DOCUMENT', `${file}:${line}: an element has no name`)
  }

  function statusAt(attributes: Readonly<Record<string, string>>, line: number): TestResult['status'] {
    const word = attributes['result'] ?? ''
    const status = Object.hasOwn(statusOfResult, word.toLowerCase()) ? statusOfResult[word.toLowerCase()] : undefined
    if (status !== undefined) return status
    throw new LkftError('BAD_DOCUMENT', `${file}:${line}: ${JSON.stringify(word)} is no result`)
  }
}
