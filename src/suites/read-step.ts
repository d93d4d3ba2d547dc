import { createKtapParser } from '#console/ktap'
import type { TestResult } from '#schema/documents'
import type { StepEnd } from '#suites/guest'
import { readSignals } from '#suites/lava-signals'
import { type OutputFormat, outputReaders } from '#suites/outputs/readers'
import type { Reading } from '#suites/outputs/output-reader'

/** How the output of a step becomes results. */
export type StepFormat = 'exit' | 'ktap' | 'lava' | 'ltp' | 'quiet' | OutputFormat

/** Reads one step's output. */
export interface StepReader {
  push(line: string): readonly TestResult[]
  end(end: StepEnd): readonly TestResult[]
}

/** Last lines of output that a failed test keeps as its message. */
const keptLines = 10

/** Exit statuses by which a test says that it was skipped: kselftest's 4, LTP's 32 (TCONF). */
const skipStatus: Readonly<Record<'exit' | 'ltp', readonly number[]>> = { exit: [4, 32], ltp: [32] }

/** The exit status of the step is the result of the one test. */
function readExit(suite: string, test: string, kind: 'exit' | 'ltp' = 'exit'): StepReader {
  const last: string[] = []
  return {
    push: (line) => {
      last.push(line)
      if (last.length > keptLines) last.shift()
      return []
    },
    end: ({ status, timedOut, seconds }) => {
      const skipped = !timedOut && skipStatus[kind].includes(status)
      const passed = !timedOut && status === 0
      const said = last.join('\n').trim()
      const why = timedOut ? `timed out after ${seconds.toFixed(1)} s` : status === 0 ? '' : `exit status ${status}`
      const message = [why, said].filter((text) => text !== '').join('\n')
      return [
        {
          suite,
          test,
          status: passed ? 'pass' : skipped ? 'skip' : 'fail',
          ...(passed || skipped
            ? {}
            : { reason: timedOut ? 'timeout' : kind === 'ltp' && isBroken(status) ? 'error' : 'assert' }),
          ...(passed || message === '' ? {} : { message }),
          duration_seconds: Math.round(seconds * 1000) / 1000,
        } satisfies TestResult,
      ]
    },
  }
}

/** LTP's status is a set of bits: 1 failed, 2 broken, 4 warned, 32 not configured. Broken alone is no verdict on the kernel. */
function isBroken(status: number): boolean {
  return (status & 3) === 2
}

/** The results are LAVA's signals; the step itself is one only when it fails. */
function readLava(suite: string, test: string): StepReader {
  const signals = readSignals(suite)
  const quiet = readQuiet(suite, test)
  return {
    push: (line) => {
      quiet.push(line)
      return signals.push(line)
    },
    end: (end) => [...signals.end(end), ...quiet.end(end)],
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

/** The program's output holds results, which stand below the test; one of the test's own name is the test's result. */
function readOutput(format: OutputFormat, suite: string, test: string): StepReader {
  const exit = readExit(suite, test)
  const reader = outputReaders[format]()
  let own = false
  const below = (readings: readonly Reading[]): readonly TestResult[] =>
    readings.map((reading) => {
      if (reading.test === test) own = true
      return { suite, ...reading, test: reading.test === test ? test : `${test}.${reading.test}` }
    })
  return {
    push: (line) => {
      exit.push(line)
      return below(reader.push(line))
    },
    end: (end) => {
      const last = below(reader.end())
      if (end.timedOut) return [...last.filter((result) => result.test !== test), ...exit.end(end)]
      return own ? last : [...last, ...exit.end(end)]
    },
  }
}

const readers = {
  exit: readExit,
  ktap: readKtap,
  lava: readLava,
  ltp: (suite: string, test: string): StepReader => readExit(suite, test, 'ltp'),
  quiet: readQuiet,
} as const

/** Whether a guest script's word is a format. */
export function isStepFormat(word: string): word is StepFormat {
  return Object.hasOwn(readers, word) || Object.hasOwn(outputReaders, word)
}

/** Makes the reader for a step of that format. */
export function readStep(format: StepFormat, suite: string, test: string): StepReader {
  return Object.hasOwn(outputReaders, format)
    ? readOutput(format as OutputFormat, suite, test)
    : readers[format as keyof typeof readers](suite, test)
}
