import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Annotation } from '#github/annotations'
import { codeBlock, codeCell, codeSpan } from '#report/markdown/code'
import type { Run, TestResult } from '#schema/documents'

/** Failed tests that a summary lists; tests.ndjson has them all. */
const mostListed = 200

/** The failed tests of a run directory, at most 200. */
export async function readFailures(directory: string): Promise<readonly TestResult[]> {
  const file = join(directory, 'tests.ndjson')
  if (
    await access(file).then(
      () => false,
      () => true,
    )
  )
    return []
  const failures: TestResult[] = []
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.includes('"fail"')) continue
    const result = JSON.parse(line) as TestResult
    if (result.status === 'fail') failures.push(result)
    if (failures.length === mostListed) break
  }
  return failures
}

/** An annotation for each crash: what a reader of the run's page must see first. */
export function crashAnnotations(run: Run): readonly Annotation[] {
  return run.crashes.map(({ title, kind, severity, line }) => ({
    level: severity === 'info' || severity === 'warning' ? 'warning' : 'error',
    title: `${run.environment}: ${kind}`,
    message: `${title} (console.log line ${line})`,
  }))
}

/** The job summary of one run. */
export function runSummary(run: Run, failures: readonly TestResult[]): string {
  const { pass, fail, skip, xfail } = run.counts
  const suites = run.suites.map(
    ({ name, verdict, counts, message }) =>
      `| ${codeCell(name)} | ${verdict} | ${counts.pass} | ${counts.fail} | ${counts.skip} | ${codeCell(message ?? '')} |`,
  )
  const crashes = run.crashes.map(({ kind, title }) => `- **${kind}** ${codeSpan(title)}`)
  const kernel = run.kernel.release ?? 'a kernel that did not say its release'
  return [
    `## Run ${codeSpan(run.environment)}: ${run.verdict ?? 'unfinished'}`,
    `${codeSpan(kernel)} on ${codeSpan(run.board ?? run.device)}: ${pass} passed, ${fail} failed, ` +
      `${skip} skipped, ${xfail} failed as expected, in ${Math.round(run.duration_seconds)} s.`,
    ...(run.cause === null ? [] : [`Cause: ${codeSpan(run.cause.message)}`]),
    ['| Suite | Verdict | Pass | Fail | Skip | Why |', '|---|---|---|---|---|---|', ...suites].join('\n'),
    ...(crashes.length === 0 ? [] : [crashes.join('\n')]),
    ...(failures.length === 0 ? [] : [failureList(failures, fail)]),
    ...(run.missing.length === 0 ? [] : [`Not run: ${codeSpan(run.missing.join(', '))}`]),
    ...(run.reproduce === null ? [] : [`Again on your machine:\n\n${codeBlock(run.reproduce)}`]),
  ].join('\n\n')
}

function failureList(failures: readonly TestResult[], total: number): string {
  const lines = failures.map(
    ({ suite, test, reason }) => `${suite}/${test}${reason === undefined ? '' : ` (${reason})`}`,
  )
  return `<details><summary>${failures.length} of ${total} failed tests</summary>\n\n${codeBlock(lines.join('\n'), '', 60_000)}\n</details>`
}
