import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Run, TestResult } from '#schema/documents'
import { checkDocument } from '#schema/validate'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A finished `lkft boot` and what it wrote. */
export interface Booted {
  readonly code: number | null
  readonly seconds: number
  readonly stderr: string
  readonly directory: string
  /** Checked against its schema. */
  readonly run: Run
  readonly results: readonly TestResult[]
}

/** Starts `lkft boot` as a user would, without KVM; root file systems are kept in the project's cache. */
export function startBoot(directory: string, args: readonly string[]): ChildProcess {
  const words = ['boot', '--accel', 'tcg', '--output-dir', directory, ...args]
  return spawn(join(root, 'bin/lkft'), words, {
    env: { ...process.env, LKFT_CACHE_DIR: join(root, '.cache/lkft') },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

/** Runs `lkft boot` to its end and reads what it wrote. */
export async function boot(...args: readonly string[]): Promise<Booted> {
  const directory = await mkdtemp(join(tmpdir(), 'lkft-test-boot-'))
  const started = performance.now()
  const child = startBoot(directory, args)
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const seconds = (performance.now() - started) / 1000
  return { code, seconds, stderr, directory, ...(await readRun(directory)) }
}

/** The run's record and results, each checked against its schema. */
export async function readRun(directory: string): Promise<{ run: Run; results: readonly TestResult[] }> {
  const file = join(directory, 'run.json')
  const run = await checkDocument('run', JSON.parse(await readFile(file, 'utf8')), file)
  const lines = (await readFile(join(directory, 'tests.ndjson'), 'utf8')).split('\n').filter((line) => line !== '')
  const results: TestResult[] = []
  for (const line of lines) results.push(await checkDocument('test', JSON.parse(line), 'tests.ndjson'))
  return { run, results }
}

/** Status of one test, or undefined when it is not there. */
export function statusOf({ results }: Booted, suite: string, name: string): TestResult['status'] | undefined {
  return results.findLast((result) => result.suite === suite && result.test === name)?.status
}
