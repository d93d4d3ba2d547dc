import type { TestResult } from '#schema/documents'
import type { StepEnd } from '#suites/guest'

const signal = /<LAVA_SIGNAL_([A-Z]+)(?: ([^>]*))?>/g

/** What Python's float takes, but no infinity and no NaN, which are no measurements. */
const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

const statuses: Readonly<Record<string, TestResult['status'] | 'unknown'>> = {
  PASS: 'pass',
  FAIL: 'fail',
  SKIP: 'skip',
  UNKNOWN: 'unknown',
}

/** Reads LAVA's signals out of the lines that a test definition prints. */
export interface SignalReader {
  push(line: string): readonly TestResult[]
  end(end: StepEnd): readonly TestResult[]
}

/**
 * Reads LAVA's signals: TESTCASE, STARTTC, ENDTC, TESTSET, TESTREFERENCE and TESTRAISE.
 * A case inside a set is `set.case`; a name that comes again gets ` (2)`. A case that began and
 * never got a result has failed. LAVA drops a malformed signal; here it is a failure that shows it.
 *
 * @param suite what the results belong to
 * @param clock seconds, for the time between STARTTC and the result
 */
export function readSignals(suite: string, clock = (): number => performance.now() / 1000): SignalReader {
  const seen = new Map<string, number>()
  const open = new Map<string, number>()
  let set: string | undefined

  const add = (id: string, rest: Omit<TestResult, 'suite' | 'test'>): TestResult => {
    const path = set === undefined ? id : `${set}.${id}`
    const count = (seen.get(path) ?? 0) + 1
    seen.set(path, count)
    const began = open.get(id)
    open.delete(id)
    const duration = began === undefined ? {} : { duration_seconds: round(clock() - began) }
    return { suite, test: count === 1 ? path : `${path} (${count})`, ...rest, ...duration }
  }
  const malformed = (line: string): TestResult =>
    add('malformed signal', { status: 'fail', reason: 'error', message: line })

  const readers: Readonly<Record<string, (words: string, line: string) => readonly TestResult[]>> = {
    TESTCASE: (words, line) => {
      const found = readCase(words)
      return [found === undefined ? malformed(line) : add(found.id, found.result)]
    },
    TESTREFERENCE: (words, line) => {
      const [id = '', result = '', url = ''] = words.split(/ +/)
      const status = statuses[result.toUpperCase()]
      return [status === undefined || id === '' ? malformed(line) : add(id, withStatus(status, url))]
    },
    TESTRAISE: (words) => [add('raised', { status: 'fail', reason: 'error', message: words })],
    STARTTC: (words) => {
      open.set(words, clock())
      return []
    },
    TESTSET: (words) => {
      const [verb, ...name] = words.split(/ +/)
      set = verb === 'START' && name.length > 0 ? name.join(' ') : undefined
      return []
    },
  }
  return {
    push: (line) =>
      line.includes('<LAVA_SIGNAL_')
        ? [...line.matchAll(signal)].flatMap(([, name = '', words = '']) => readers[name]?.(words.trim(), line) ?? [])
        : [],
    end: () =>
      [...open.keys()].map((id) =>
        add(id, { status: 'fail', reason: 'missing', message: 'it began and gave no result' }),
      ),
  }
}

/** `TEST_CASE_ID=a b RESULT=pass MEASUREMENT=1.5 UNITS=ms`; unknown keys are ignored, as LAVA does. */
function readCase(words: string): { id: string; result: Omit<TestResult, 'suite' | 'test'> } | undefined {
  const fields = new Map<string, string>()
  for (const [, key = '', value = ''] of words.matchAll(/([A-Z_]+)=(.*?)(?= [A-Z_]+=|$)/g))
    fields.set(key, value.trim())
  const id = fields.get('TEST_CASE_ID') ?? ''
  const status = statuses[(fields.get('RESULT') ?? '').toUpperCase()]
  const value = fields.get('MEASUREMENT')
  if (value !== undefined && value !== '' && !decimal.test(value)) return undefined
  const measurement = value === undefined || value === '' ? undefined : Number(value)
  if (id === '' || status === undefined || measurement === Number.POSITIVE_INFINITY) return undefined
  const unit = fields.get('UNITS')
  return {
    id,
    result: {
      ...withStatus(status),
      ...(measurement === undefined ? {} : { measurement }),
      ...(unit === undefined || unit === '' ? {} : { unit }),
    },
  }
}

function withStatus(status: TestResult['status'] | 'unknown', message = ''): Omit<TestResult, 'suite' | 'test'> {
  const said = message === '' ? {} : { message }
  if (status === 'unknown') return { status: 'skip', message: message === '' ? 'its result is unknown' : message }
  return status === 'fail' ? { status, reason: 'assert', ...said } : { status, ...said }
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
