import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { toLkftError } from '#errors/lkft-error'
import { createStageDirectory } from '#files/stage-directory'
import { writeJsonAtomic } from '#files/write-atomic'
import { printable } from '#log/printable'
import type { ConsoleSink } from '#results/console-sink'
import { openGrowingFiles } from '#results/growing-files'
import { type SpooledConsole, spoolConsole } from '#results/spool-console'
import { finishRunFiles } from '#results/run-files'
import type { Run, TestResult } from '#schema/documents'

/** Counts as run.json has them. */
export type Counts = Run['counts']

/** The run directory while it is being written; valid on disk at every moment. */
export interface RunDirectory extends AsyncDisposable, ConsoleSink {
  readonly path: string
  /** run.json as it stands. */
  readonly run: () => Run
  readonly results: () => readonly TestResult[]
  /** Aborted with an `LkftError` when a file could not be written: the run cannot go on. */
  readonly broken: AbortSignal
  /** A console of its own for one of several machines that run at a time. */
  spoolConsole(): SpooledConsole
  /** A line that a test printed beside the console, to output.log. */
  writeOutput(text: string): void
  /** One result, to tests.ndjson at once. */
  addResult(result: TestResult): void
  /** Changes run.json; on disk when the promise settles. */
  update(change: Partial<Run>): Promise<void>
  /** Last `update`, with counts and finish time, then the files made from it: results.json, junit.xml, console.html, reproduce.sh. */
  finish(change: Partial<Run>): Promise<Run>
}

const files = [
  'tests.ndjson',
  'console.log',
  'console.ndjson',
  'output.log',
  'results.json',
  'junit.xml',
  'console.html',
  'reproduce.sh',
] as const

/**
 * Makes the directory and writes run.json with state `running` first, so that a
 * run cut off at any later moment is known for what it is. Files of an earlier
 * run are removed. Left without `finish`, disposal closes the files only.
 *
 * @throws LkftError NOT_WRITABLE, DISK_FULL
 */
export async function openRunDirectory(directory: string, initial: Run): Promise<RunDirectory> {
  const path = await createStageDirectory(directory)
  let run: Run = { ...initial, state: 'running', verdict: null, finished: null }
  await writeJsonAtomic(join(path, 'run.json'), run)
  for (const name of files) await rm(join(path, name), { force: true })
  const growing = openFiles(path)
  const results: TestResult[] = []
  let lines = 0
  let endsLine = true
  const keepBytes = (chunk: Uint8Array): void => {
    if (chunk.length === 0 || !growing.append('console.log', chunk)) return
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
    endsLine = chunk.at(-1) === 10
  }
  const update = async (change: Partial<Run>): Promise<void> => {
    run = { ...run, ...change }
    await writeJsonAtomic(join(path, 'run.json'), run)
  }
  const sink: ConsoleSink = {
    writeConsole: keepBytes,
    writeLine: (line, text, seconds) => {
      growing.append('console.ndjson', `${JSON.stringify({ line, seconds: round(seconds), text })}\n`)
    },
    endConsole: () => {
      if (!endsLine) keepBytes(Buffer.from('\n'))
      return lines
    },
  }
  return {
    ...sink,
    path,
    run: () => run,
    results: () => results,
    writeOutput: (text) => {
      growing.append('output.log', `${text}\n`)
    },
    spoolConsole: () => spoolConsole(path, growing, sink),
    addResult: (result) => {
      const whole = bounded(result)
      if (growing.append('tests.ndjson', `${JSON.stringify(whole)}\n`)) results.push(whole)
    },
    update,
    broken: growing.broken,
    finish: async (change) => {
      growing.close()
      const finished = new Date()
      const seconds = (finished.getTime() - Date.parse(run.started)) / 1000
      run = {
        ...run,
        finished: finished.toISOString(),
        duration_seconds: round(Math.max(0, seconds)),
        counts: countResults(results),
        ...change,
      }
      const failure = growing.broken.aborted ? growing.broken.reason : await tryFinishing(path, run, results)
      if (failure !== undefined && run.state !== 'cancelled') {
        run = { ...run, state: 'done', verdict: 'infra', cause: causeOf(failure) }
      }
      await writeJsonAtomic(join(path, 'run.json'), run)
      return run
    },
    [Symbol.asyncDispose]: async () => growing.close(),
  }
}

function openFiles(path: string) {
  try {
    return openGrowingFiles(path, ['tests.ndjson', 'console.log', 'console.ndjson', 'output.log'])
  } catch (error) {
    throw toLkftError(error)
  }
}

/** Writes what is made from the record; gives why not, and then leaves none of it. */
async function tryFinishing(path: string, run: Run, results: readonly TestResult[]): Promise<unknown> {
  try {
    await finishRunFiles(path, run, results)
    return undefined
  } catch (error) {
    for (const name of ['results.json', 'junit.xml', 'console.html', 'reproduce.sh'])
      await rm(join(path, name), { force: true })
    return error
  }
}

function causeOf(thrown: unknown): Run['cause'] {
  const { code, message, hint } = toLkftError(thrown)
  return { code, message, ...(hint === undefined ? {} : { hint }) }
}

/** How many passed, failed, were skipped or failed as expected; of a test run again only the last attempt counts. */
export function countResults(results: readonly TestResult[]): Counts {
  const counts = { pass: 0, fail: 0, skip: 0, xfail: 0 }
  const last = new Map(results.map((result) => [`${result.suite}\0${result.test}`, result.status]))
  for (const status of last.values()) counts[status]++
  return counts
}

function bounded(result: TestResult): TestResult {
  const { message } = result
  const test = printable(result.test).trim()
  return {
    ...result,
    test: test === '' ? '(unnamed)' : test,
    ...(message === undefined ? {} : { message: message.split('\n').map(printable).join('\n').slice(0, 4096) }),
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
