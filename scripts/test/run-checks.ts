import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { runCommand } from '#process/run-command'

/** What was counted so far; `seconds` is per suite (folder of tests, or check). */
export interface Tally {
  passed: number
  failed: number
  skipped: number
  readonly seconds: Map<string, number>
}

/** Runs one static check; its output is shown only when it fails. */
export async function runCheck(
  name: string,
  argv: readonly [string, ...string[]],
  root: string,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  const result = await runCommand({ argv, cwd: root, env: testEnvironment() }, { signal })
  const passed = result.exitCode === 0
  tally[passed ? 'passed' : 'failed'] += 1
  add(tally, 'static checks', result.durationMs / 1000)
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name} (${(result.durationMs / 1000).toFixed(1)} s)`)
  if (!passed) process.stdout.write(`${result.stdout}${result.stderr}\n`)
}

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly success: boolean
  readonly testResults: readonly {
    readonly name: string
    readonly startTime: number
    readonly endTime: number
    readonly status: string
    readonly assertionResults: readonly unknown[]
  }[]
}

/** Runs one vitest project, shows it live, and adds its counts; a file that cannot even load counts as one failure. */
export async function runProject(project: string, root: string, tally: Tally, signal: AbortSignal): Promise<void> {
  console.log(`\n== ${project} tests`)
  const file = join(root, '.cache', `vitest-${project}.json`)
  await mkdir(join(root, '.cache'), { recursive: true })
  await rm(file, { force: true })
  const argv = [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ] as const
  const result = await runCommand(
    { argv, cwd: root, env: testEnvironment() },
    { signal, graceMs: 5000, onBytes: (chunk, from) => process[from].write(chunk) },
  )
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) {
    tally.failed += 1
    console.log(`FAIL ${project}: vitest wrote no report (exit ${result.exitCode})`)
    return
  }
  const report = JSON.parse(text) as VitestReport
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  tally.passed += report.numPassedTests
  tally.failed += report.numFailedTests + broken.length
  tally.skipped += report.numPendingTests + report.numTodoTests
  if (result.exitCode !== 0 && report.numFailedTests + broken.length === 0) tally.failed += 1
  for (const { name, startTime, endTime } of report.testResults) {
    const folder = relative(root, name).split('/').slice(0, 2).join('/')
    add(tally, folder, (endTime - startTime) / 1000)
  }
}

function add(tally: Tally, suite: string, seconds: number): void {
  tally.seconds.set(suite, (tally.seconds.get(suite) ?? 0) + seconds)
}

/** Tests see that they run in CI, and nothing else that the product's children may not see. */
function testEnvironment(): Record<string, string> {
  const { CI, LKFT_EVIDENCE, LKFT_TEST_SEED } = process.env
  return {
    ...(CI === undefined ? {} : { CI }),
    ...(LKFT_EVIDENCE === undefined ? {} : { LKFT_EVIDENCE }),
    ...(LKFT_TEST_SEED === undefined ? {} : { LKFT_TEST_SEED }),
  }
}
