import { createKtapParser } from '#console/ktap'
import type { LavaEntry } from '#lab/lava/lava-log'
import { readLavaResult } from '#lab/lava/lava-log'
import { ownSuite, toTestResult } from '#lab/lava/test-result'
import type { Reporter } from '#log/reporter'
import type { RunDirectory } from '#results/run-directory'
import type { Run, TestResult } from '#schema/documents'
import { watchConsole } from '#suites/watch-console'

/** What a job's log tells while it runs. */
export interface JobWatch {
  push(entry: LavaEntry): void
  /** Adds a result that the log did not show. */
  add(result: TestResult): void
  end(): void
  readonly crashes: Run['crashes']
  /** Of LAVA's own result `job`. */
  readonly errorType: string | undefined
  readonly errorMessage: string | undefined
  readonly kernelStarted: boolean
  readonly release: string | null
  readonly firstByteSeconds: number | null
}

/** Reads a job's log into the run directory: the board's lines are its console, each result is on disk at once. */
export function watchJob(directory: RunDirectory, kunit: boolean, reporter: Reporter): JobWatch {
  const crashes: Run['crashes'] = []
  const ktap = createKtapParser({ suite: 'kunit' })
  const seen = new Map<string, number>()
  let errorType: string | undefined
  let errorMessage: string | undefined
  const addAll = (results: readonly TestResult[]): void => {
    if (kunit) for (const result of results) directory.addResult(result)
  }
  const console = watchConsole({
    sink: directory,
    started: performance.now(),
    onLine: (line) => {
      if (line.source !== 'program') addAll(ktap.push(line.text, line.number))
      reporter.output(line.raw)
    },
    onCrash: (crash) => crashes.push(crash),
  })
  const add = (result: TestResult): void => {
    const key = `${result.suite}\0${result.test}`
    seen.set(key, (seen.get(key) ?? 0) + 1)
    directory.addResult(result)
  }
  const take = (entry: LavaEntry): void => {
    const result = readLavaResult(entry)
    if (result === undefined) return
    if (result.definition === ownSuite && result.case === 'job') {
      errorType = result.error_type
      errorMessage = result.error_msg
    }
    const test = toTestResult(result)
    if (test !== undefined) add(test)
  }
  return {
    push: (entry) => {
      if (entry.level === 'target') console.push(Buffer.from(`${String(entry.message)}\n`))
      else if (entry.level === 'results') take(entry)
      else if (typeof entry.message === 'string')
        directory.writeOutput(`${entry.time} ${entry.level}: ${entry.message}`)
      if (entry.level === 'info' || entry.level === 'error') reporter.status(String(entry.message).slice(0, 200))
    },
    add: (result) => {
      if (!seen.has(`${result.suite}\0${result.test}`)) add(result)
    },
    end: () => {
      console.end()
      addAll(ktap.end())
    },
    crashes,
    get errorType() {
      return errorType
    },
    get errorMessage() {
      return errorMessage
    },
    get kernelStarted() {
      return console.kernelStarted
    },
    get release() {
      return console.release
    },
    get firstByteSeconds() {
      return console.firstByteSeconds
    },
  }
}
