import { LkftError } from '#errors/lkft-error'
import type { Imported } from '#results/formats/imported'
import { streamXml } from '#results/formats/stream-xml'
import type { TestResult } from '#schema/documents'

interface Case {
  readonly suite: string
  readonly test: string
  status: TestResult['status']
  message: string | undefined
}

const statusOfTag: Readonly<Record<string, TestResult['status']>> = { error: 'fail', failure: 'fail', skipped: 'skip' }

/**
 * The cases of a JUnit XML file as they come; entities of a document type are not
 * expanded, so that a small file cannot become a large one.
 *
 * @throws LkftError BAD_DOCUMENT naming file, line and column
 */
export async function* readJunit(file: string): AsyncGenerator<Imported, void, void> {
  const suites: string[] = []
  let current: Case | undefined
  let text = ''
  let ready: Imported[] = []
  yield* streamXml(file, {
    open: (name, attributes, line) => {
      if (name === 'testsuite') suites.push(attributes['name'] ?? '/')
      if (name === 'testcase') current = startCase(attributes, suites.at(-1), file, line)
      const status = statusOfTag[name]
      if (current === undefined || status === undefined) return
      if (current.status !== 'fail') current.status = status
      current.message = attributes['message'] ?? current.message
      text = ''
    },
    text: (piece) => {
      if (text.length < 4096) text += piece
    },
    close: (name) => {
      if (name === 'testsuite') suites.pop()
      if (current === undefined) return
      if (statusOfTag[name] !== undefined && (current.message ?? '') === '' && text.trim() !== '') {
        current.message = text.trim().slice(0, 4096)
      }
      if (name !== 'testcase') return
      ready.push({ environment: undefined, ...current })
      current = undefined
    },
    take: () => {
      const taken = ready
      ready = []
      return taken
    },
  })
}

function startCase(
  attributes: Readonly<Record<string, string>>,
  suite: string | undefined,
  file: string,
  line: number,
): Case {
  const test = attributes['name']
  if (test === undefined || test === '') throw new LkftError('BAD_DOCUMENT', `${file}:${line}: a testcase has no name`)
  return { suite: suite ?? attributes['classname'] ?? '/', test, status: 'pass', message: undefined }
}
