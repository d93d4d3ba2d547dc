import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { xmlText } from '#results/xml-text'
import type { Run, TestResult } from '#schema/documents'

/** A result for JUnit; a report over several environments names each one's. */
export type JunitResult = TestResult & { readonly environment?: string }

export interface JunitDocument {
  /** Name of the whole, e.g. the environment of a run. */
  readonly name: string
  /** RFC 3339 time the run started. */
  readonly started?: string
  /** Gives the results; called twice, since a suite's totals stand before its cases. */
  readonly results: () => Iterable<JunitResult> | AsyncIterable<JunitResult>
  /** Crashes of the kernel; each becomes an error in a suite named `crashes`. */
  readonly crashes?: Run['crashes']
}

interface Totals {
  readonly name: string
  tests: number
  failures: number
  errors: number
  skipped: number
  seconds: number
}

/**
 * Writes JUnit XML without holding the results: one `testsuite` for each row of
 * results of the same suite, `failure` for a failed assertion, `error` for a
 * crash, timeout or error, `skipped` for skip and xfail. The file is replaced whole.
 */
export async function writeJunit(file: string, document: JunitDocument): Promise<void> {
  const temporary = `${file}.tmp`
  try {
    await pipeline(Readable.from(compose(document)), createWriteStream(temporary))
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function* compose(document: JunitDocument): AsyncGenerator<string, void, void> {
  const suites = await countSuites(document)
  const crashes = document.crashes ?? []
  const sum = (field: Exclude<keyof Totals, 'name'>): number => suites.reduce((total, suite) => total + suite[field], 0)
  const errors = sum('errors') + crashes.length
  yield (
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${xmlText(document.name)}"` +
      ` tests="${sum('tests') + crashes.length}" failures="${sum('failures')}" errors="${errors}"` +
      ` skipped="${sum('skipped')}" time="${sum('seconds').toFixed(3)}">\n`
  )
  const timestamp = document.started === undefined ? '' : ` timestamp="${xmlText(document.started)}"`
  let index = -1
  let open: string | undefined
  let chunk = ''
  for await (const result of document.results()) {
    const name = suiteName(result)
    if (name !== open) {
      if (open !== undefined) chunk += '  </testsuite>\n'
      open = name
      index += 1
      chunk += startSuite(suites[index], timestamp)
    }
    chunk += testCase(result, name)
    if (chunk.length > 1 << 16) {
      yield chunk
      chunk = ''
    }
  }
  yield `${chunk}${open === undefined ? '' : '  </testsuite>\n'}${crashSuite(crashes, timestamp)}</testsuites>\n`
}

async function countSuites(document: JunitDocument): Promise<readonly Totals[]> {
  const suites: Totals[] = []
  for await (const result of document.results()) {
    const name = suiteName(result)
    let last = suites.at(-1)
    if (last?.name !== name) {
      last = { name, tests: 0, failures: 0, errors: 0, skipped: 0, seconds: 0 }
      suites.push(last)
    }
    last.tests += 1
    last.seconds += result.duration_seconds ?? 0
    if (result.status === 'fail') last[isError(result) ? 'errors' : 'failures'] += 1
    else if (result.status !== 'pass') last.skipped += 1
  }
  return suites
}

function suiteName(result: JunitResult): string {
  return result.environment === undefined ? result.suite : `${result.environment}/${result.suite}`
}

function isError({ reason }: TestResult): boolean {
  return reason !== undefined && reason !== 'assert'
}

function startSuite(totals: Totals | undefined, timestamp: string): string {
  if (totals === undefined) throw new Error('the results changed between the two readings')
  const { name, tests, failures, errors, skipped, seconds } = totals
  return (
    `  <testsuite name="${xmlText(name)}" tests="${tests}" failures="${failures}" errors="${errors}"` +
    ` skipped="${skipped}" time="${seconds.toFixed(3)}"${timestamp}>\n`
  )
}

function testCase(result: JunitResult, suite: string): string {
  const time = result.duration_seconds === undefined ? '' : ` time="${result.duration_seconds.toFixed(3)}"`
  const start = `    <testcase classname="${xmlText(suite)}" name="${xmlText(result.test)}"${time}`
  const message = xmlText(result.message ?? '')
  switch (result.status) {
    case 'pass':
      return `${start}/>\n`
    case 'fail': {
      const tag = isError(result) ? 'error' : 'failure'
      return `${start}><${tag} type="${result.reason ?? 'assert'}" message="${message}"/></testcase>\n`
    }
    case 'skip':
    case 'xfail': {
      const why = result.status === 'xfail' ? `expected to fail${message === '' ? '' : `: ${message}`}` : message
      return `${start}><skipped message="${why}"/></testcase>\n`
    }
  }
}

function crashSuite(crashes: Run['crashes'], timestamp: string): string {
  if (crashes.length === 0) return ''
  const totals = { name: 'crashes', tests: crashes.length, failures: 0, errors: crashes.length, skipped: 0, seconds: 0 }
  const cases = crashes.map(
    ({ kind, title, signature, trace }) =>
      `    <testcase classname="crashes" name="${xmlText(title)}"><error type="${kind}" message="signature ` +
      `${xmlText(signature)}">${xmlText(trace.join('\n'))}</error></testcase>\n`,
  )
  return `${startSuite(totals, timestamp)}${cases.join('')}  </testsuite>\n`
}
