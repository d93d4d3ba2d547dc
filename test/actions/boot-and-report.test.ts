import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { sharedBuild } from '../support/shared-kernel.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { throwawayFolder } from './throwaway-folder.ts'

let boot: ActionRun
beforeAll(async () => {
  const build = await sharedBuild('x86_64')
  boot = await runAction({ action: 'boot-virtual', inputs: { build, suites: 'boot\nkunit', accelerator: 'tcg' } })
})

test('boot-virtual boots a real kernel in QEMU and counts its KUnit results', async () => {
  expect(boot.stdout + boot.stderr).not.toContain('::error')
  expect(boot.exitCode).toBe(0)
  expect(boot.outputs).toMatchObject({ verdict: 'pass', fail: '0', accelerator: 'tcg', environment: 'qemu-x86_64' })
  expect(Number(boot.outputs['pass'])).toBeGreaterThan(10)
  expect(boot.summary).toContain('## Run `qemu-x86_64`: pass')
  expect(boot.stdout).toContain('Linux version')
})

test('report names a test that regressed against the given baseline, and fails the step', async () => {
  const baseline = boot.outputs['directory'] ?? ''
  const { current, test: broken } = await breakOneTest(baseline)
  const run = await runAction({ action: 'report', inputs: { current, baseline } })
  expect(run.exitCode).toBe(1)
  expect(run.outputs).toMatchObject({ verdict: 'regression', regressions: '1', 'comment-url': '' })
  expect(run.summary).toContain(broken)
  const report = await readStage('report', run.outputs['directory'] ?? '')
  expect(report.changes.filter((change) => change.class === 'regression').map((change) => change.test)).toEqual([
    broken,
  ])
  const same = await runAction({ action: 'report', inputs: { current: baseline, baseline } })
  expect(same).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass', regressions: '0' } })
})

test('a first run has no baseline and passes', async () => {
  const current = boot.outputs['directory'] ?? ''
  const run = await runAction({ action: 'report', inputs: { current, baseline: 'none' } })
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: 'first-run' } })
})

test('boot-virtual without anything to boot says what to give it', async () => {
  const run = await runAction({ action: 'boot-virtual', inputs: { suites: 'boot' } })
  expect(run.exitCode).toBe(2)
  expect(run.stdout).toContain('neither build, kernel nor job was given')
})

/** A copy of a run directory in which one passing KUnit test fails. */
async function breakOneTest(directory: string): Promise<{ current: string; test: string }> {
  const current = await throwawayFolder()
  await cp(directory, current, { recursive: true })
  const lines = (await readFile(join(current, 'tests.ndjson'), 'utf8')).trimEnd().split('\n')
  const at = lines.findIndex((line) => line.includes('"kunit"') && line.includes('"pass"'))
  const result = JSON.parse(lines[at] ?? '') as { test: string; status: string }
  lines[at] = JSON.stringify({ ...result, status: 'fail', reason: 'assert' })
  await writeFile(join(current, 'tests.ndjson'), `${lines.join('\n')}\n`)
  const run = await readStage('run', current)
  const counts = { ...run.counts, pass: run.counts.pass - 1, fail: run.counts.fail + 1 }
  await writeFile(join(current, 'run.json'), JSON.stringify({ ...run, verdict: 'fail', counts }))
  return { current, test: result.test }
}
