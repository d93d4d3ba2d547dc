import { join } from 'node:path'
import { writeAtomic, writeJsonAtomic } from '#files/write-atomic'
import { writeConsoleHtml } from '#results/console-html'
import { writeJunit } from '#results/junit'
import { tuxrunResults } from '#results/tuxrun-results'
import type { Run, TestResult } from '#schema/documents'

/** Writes the files that are made from a finished run: results.json, junit.xml, console.html and reproduce.sh. */
export async function finishRunFiles(directory: string, run: Run, results: readonly TestResult[]): Promise<void> {
  await writeJsonAtomic(join(directory, 'results.json'), tuxrunResults(run, results))
  const bySuite = results.toSorted((a, b) => (a.suite < b.suite ? -1 : Number(a.suite > b.suite)))
  await writeJunit(join(directory, 'junit.xml'), {
    name: run.environment,
    started: run.started,
    results: () => bySuite,
    crashes: run.crashes,
  })
  await writeConsoleHtml(join(directory, 'console.log'), join(directory, 'console.html'), run)
  if (run.reproduce !== null)
    await writeAtomic(join(directory, 'reproduce.sh'), reproduceScript(run.reproduce, run.tuxrun))
}

function reproduceScript(command: string, tuxrun: string | undefined): string {
  const same = tuxrun === undefined || tuxrun.includes('\n') ? '' : `# With TuxRun: ${tuxrun}\n`
  return `#!/bin/sh\n# Repeats this run on the same files.\n${same}set -eu\n${command}\n`
}
