import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '#schema/documents'
import { brokenBuild } from '../support/broken-kernel.ts'
import { runLkft } from '../support/run-lkft.ts'
import { sharedBuild } from '../support/shared-kernel.ts'

const broken = 'list_test_list_add'
const name = `list-kunit-test.${broken}`
let folder = ''
let good = ''
let bad = ''
let again = ''

async function boot(build: string, run: string): Promise<string> {
  const output = join(folder, run)
  const words = ['boot', '--build', build, '--device', 'qemu-x86_64', '--suite', 'boot', '--suite', 'kunit']
  const result = await runLkft([...words, '--output-dir', output])
  if (result.code === null || result.code > 1) throw new Error(`lkft boot ended with ${result.code}: ${result.stderr}`)
  return output
}

async function report(words: readonly string[], output: string): Promise<{ code: number | null; report: Report }> {
  const { code, stderr } = await runLkft(['report', ...words, '--output-dir', join(folder, output)])
  const text = await readFile(join(folder, output, 'report.json'), 'utf8').catch(() => stderr)
  return { code, report: JSON.parse(text) as Report }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-report-real-'))
  good = await boot(await sharedBuild('x86_64'), 'good')
  again = await boot(await sharedBuild('x86_64'), 'again')
  bad = await boot(await brokenBuild(broken), 'bad')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a report over real runs', () => {
  test('names the injected bug as the one regression, with its reproducer', async () => {
    const { code, report: made } = await report(['--baseline', good, '--current', bad], 'one')
    expect(code).toBe(1)
    expect(made.totals.regressions).toBe(1)
    expect(made.changes.filter((change) => change.class === 'regression')).toMatchObject([
      { suite: 'kunit', test: name, environments: ['qemu-x86_64'], message: expect.stringContaining('EXPECTATION') },
    ])
    const comment = await readFile(join(folder, 'one/report.md'), 'utf8')
    expect(comment.split('\n').slice(0, 12).join('\n')).toContain(`\`kunit/${name}\``)
    expect(comment).toMatch(/```sh\nlkft boot .*\n```/)
  })

  test('says nothing of a kernel that is as good as before', async () => {
    const { code, report: made } = await report(['--baseline', good, '--current', again], 'same')
    expect([code, made.verdict, made.changes]).toEqual([0, 'pass', []])
  })

  test('calls a test that also passed flaky, not a regression', async () => {
    const { code, report: made } = await report(['--baseline', good, '--current', bad, again], 'flaky')
    expect(code).toBe(0)
    expect(made.changes.map((change) => [change.class, change.test])).toEqual([['flaky', name]])
  })

  test('confirms the injected bug by re-runs of both kernels', { timeout: 600_000 }, async () => {
    const output = join(folder, 'confirm')
    const { code, stderr } = await runLkft(['confirm', '--baseline', good, '--current', bad, '-o', output])
    expect(code, stderr).toBe(1)
    const made = JSON.parse(await readFile(join(output, 'report/report.json'), 'utf8')) as Report
    expect(made.changes.filter((change) => change.class === 'regression')).toMatchObject([
      { test: name, confirmed: true, evidence: expect.stringContaining('failed 4 of 4 now') },
    ])
  })

  test('compares the same directories on the terminal', async () => {
    const { code, stdout } = await runLkft(['compare', good, bad])
    expect(code).toBe(1)
    expect(stdout).toContain(`regression: kunit/${name} on qemu-x86_64 (pass → fail)`)
  })
})
