import { createKtapParser } from '#console/ktap'
import type { TestResult } from '#schema/documents'
import type { StepEnd } from '#suites/guest'

/** How the output of a step becomes results. */
export type StepFormat = 'exit' | 'ktap' | 'quiet'

/** Reads one step's output. */
export interface StepReader {
  push(line: string): readonly TestResult[]
  end(end: StepEnd): readonly TestResult[]
}

/** Last lines of output that a failed test keeps as its message. */
const keptLines = 10

/** Exit status by which kselftest and LTP say that a test was skipped. */
const skipStatus = new Set([4, 32])

/** The exit status of the step is the result of the one test. */
function readExit(suite: string, test: string): StepReader {
  const last: string[] = []
  return {
    push: (line) => {
      last.push(line)
      if (last.length > keptLines) last.shift()
      return []
    },
    end: ({ status, timedOut, seconds }) => {
      const skipped = !timedOut && skipStatus.has(status)
      const passed = !timedOut && status === 0
      const said = last.join('\n').trim()
      const why = timedOut ? `timed out after ${seconds.toFixed(1)} s` : status === 0 ? '' : `exit status ${status}`
      const message = [why, said].filter((text) => text !== '').join('\n')
      return [
        {
          suite,
          test,
          status: passed ? 'pass' : skipped ? 'skip' : 'fail',
          ...(passed || skipped ? {} : { reason: timedOut ? 'timeout' : 'assert' }),
          ...(passed || message === '' ? {} : { message }),
          duration_seconds: Math.round(seconds * 1000) / 1000,
        } satisfies TestResult,
      ]
    },
  }
}

/** The step prints KTAP; its exit status counts too, as the result of the test that the results stand below. */
function readKtap(suite: string, test: string): StepReader {
  const exit = readExit(suite, test)
  const parser = createKtapParser({ suite })
  let line = 0
  const below = (results: readonly TestResult[]): readonly TestResult[] =>
    results.map((result) => ({ ...withoutLine(result), test: `${test}.${result.test}` }))
  return {
    push: (text) => {
      line++
      exit.push(text)
      return below(parser.push(text, line))
    },
    end: (end) => [...below(parser.end()), ...exit.end(end)],
  }
}

/** Lines of a step's output are no lines of the console log. */
function withoutLine(result: TestResult): TestResult {
  const { line, ...rest } = result
  return line === undefined ? result : rest
}

/** The results come from elsewhere, e.g. the console: the step itself is one only when it fails. */
function readQuiet(suite: string, test: string): StepReader {
  const exit = readExit(suite, test)
  return { push: (line) => exit.push(line), end: (end) => exit.end(end).filter(({ status }) => status === 'fail') }
}

const readers: Record<StepFormat, (suite: string, test: string) => StepReader> = {
  exit: readExit,
  ktap: readKtap,
  quiet: readQuiet,
}

/** Makes the reader for a step of that format. */
export function readStep(format: StepFormat, suite: string, test: string): StepReader {
  return readers[format](suite, test)
}
