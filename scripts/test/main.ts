import { join } from 'node:path'
import { watchInterruption } from '#process/interruption'
import { type Tally, runCheck, runProject } from './run-checks.ts'
import { prepareContainers } from './prepare-containers.ts'
import { releaseMounts } from './release-mounts.ts'

const root = join(import.meta.dirname, '../..')
const full = process.argv.includes('--full')
if (full) process.env['LKFT_EVIDENCE'] = '1'

/** Static checks in the order of their cost; each counts as one test. */
const checks = [
  { name: 'generated files are current', argv: ['node', 'scripts/generate/main.ts', '--check'] },
  { name: 'types', argv: ['tsc', '-p', '.'] },
  { name: 'types of the dashboard', argv: ['tsc', '-p', 'dashboard'] },
  { name: 'lint', argv: ['oxlint', '--type-aware'] },
  { name: 'format', argv: ['oxfmt', '--check'] },
  { name: 'dead code', argv: ['knip'] },
  { name: 'licences', argv: ['node', 'scripts/check/licences.ts'] },
  { name: 'workflows and actions', argv: ['node', 'scripts/check/workflows.ts'] },
  { name: 'commands and links in the docs', argv: ['node', 'scripts/check/docs.ts'] },
] as const

using interruption = watchInterruption()
const started = performance.now()
const tally: Tally = { passed: 0, failed: 0, skipped: 0, seconds: new Map() }

for (const check of checks) await runCheck(check.name, check.argv, root, tally, interruption.signal)
if (!interruption.signal.aborted) await runProject('unit', root, tally, interruption.signal)
if (!interruption.signal.aborted) {
  await prepareContainers(root)
  await runProject('integration', root, tally, interruption.signal)
  if (full) await runProject('full', root, tally, interruption.signal)
}

await releaseMounts(join(root, '.cache'))
console.log('\nMinutes per suite:')
for (const [name, seconds] of [...tally.seconds].sort((a, b) => b[1] - a[1])) {
  console.log(`  ${(seconds / 60).toFixed(1).padStart(5)}  ${name}`)
}
console.log(`  ${((performance.now() - started) / 60_000).toFixed(1).padStart(5)}  in all`)
if (interruption.signal.aborted) {
  console.log(`interrupted by ${interruption.received()}`)
  process.exitCode = interruption.received() === 'SIGINT' ? 130 : 143
} else {
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1
}
console.log(`Tests: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
