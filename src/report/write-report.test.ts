import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentReporter } from '#log/reporter'
import { exitCodeOfReport } from '#report/exit-code'
import type { ReportRequest } from '#report/report-request'
import { results, writeBuild, writeRun } from '#report/sample-stages'
import { writeReport } from '#report/write-report'
import { checkDocument } from '#schema/validate'
import type { Report, Run } from '#schema/documents'

let folder = ''
let before = ''
let after = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-report-'))
  before = join(folder, 'before')
  after = join(folder, 'after')
})
afterEach(() => rm(folder, { recursive: true }))

const context = { reporter: silentReporter, signal: new AbortController().signal }

async function report(more: Partial<ReportRequest> = {}): Promise<Report> {
  const request = { baseline: [before], current: [after], failOn: [], outputDir: join(folder, 'report'), ...more }
  const written = await writeReport(request, context)
  await checkDocument('report', JSON.parse(await readFile(join(folder, 'report/report.json'), 'utf8')), 'report.json')
  return written
}

const classes = ({ changes }: Report): Record<string, string> =>
  Object.fromEntries(changes.map((change) => [`${change.suite}/${change.test}`, change.class]))

const crash: Run['crashes'][number] = {
  kind: 'oops', severity: 'crash', title: 'Oops in f', location: 'f', signature: '0123456789abcdef', line: 3, cpu: 0,
  task: 'init', trace: ['f', 'g'], test: null,
} // prettier-ignore

describe('lkft report', { timeout: 30_000 }, () => {
  test('names the regression, its environments folded, with a reproducer, and writes its files', async () => {
    for (const environment of ['qemu-arm64', 'qemu-x86_64']) {
      await writeRun(join(before, environment), results('kunit/a pass', 'kunit/b pass'), { environment })
      await writeRun(join(after, environment), results('kunit/a fail', 'kunit/b pass'), { environment })
    }
    const written = await report()
    expect(written).toMatchObject({
      verdict: 'regression',
      summary: '1 regression: 1 test. 2 of 4 tests pass, 2 fail on 2 environments.',
      changes: [
        {
          class: 'regression',
          environments: ['qemu-arm64', 'qemu-x86_64'],
          test: 'a',
          reproduce: expect.stringContaining('lkft boot'),
          evidence: 'passed 1 of 1 before; failed 1 of 1 now',
        },
      ],
    })
    expect(exitCodeOfReport(written, ['regression'])).toBe(1)
    expect(exitCodeOfReport(written, [])).toBe(0)
    const files = await readdir(join(folder, 'report'))
    expect(files.sort().join()).toContain('mail.txt,regressions.txt,report.html,report.json,report.md')
  })

  test('without a baseline it is a first run, not an error', async () => {
    await writeRun(after, results('kunit/a fail', 'kunit/b pass'))
    const written = await report({ baseline: [] })
    expect(written.verdict).toBe('first-run')
    expect(classes(written)).toEqual({ 'kunit/a': 'new-failure' })
    expect(exitCodeOfReport(written, ['regression'])).toBe(0)
  })

  test('a crash that the baseline never showed is a regression, one it showed is not', async () => {
    const old = { ...crash, signature: 'aaaaaaaaaaaaaaaa', title: 'WARNING in w' }
    await writeRun(before, results('boot/boot pass'), { crashes: [old] })
    await writeRun(after, results('boot/boot pass'), { crashes: [old, crash], verdict: 'crash' })
    const written = await report()
    expect(written.crash_changes.map((change) => [change.class, change.crash.title])).toEqual([
      ['regression', 'Oops in f'],
      ['still-failing', 'WARNING in w'],
    ])
    expect(written.totals.regressions).toBe(1)
  })

  test('a kernel that hangs without a word is a regression', async () => {
    await writeRun(before, results('boot/boot pass'))
    const cause = { code: 'timeout', message: 'no output for 60 s' }
    await writeRun(after, results('boot/boot pass'), { verdict: 'timeout', cause })
    expect(classes(await report())).toEqual({ 'run/complete': 'regression' })
  })

  test('what the lab cut off is missing, not lost, and the verdict incomplete', async () => {
    await writeRun(before, results('kunit/a pass', 'kunit/b pass'))
    const cause = { code: 'LAB_FAILED', message: 'no power' }
    await writeRun(after, results('kunit/a pass'), { verdict: 'infra', cause })
    await writeRun(join(folder, 'good'), results('kunit/a pass'), { environment: 'qemu-arm64' })
    const written = await report({ current: [after, join(folder, 'good')] })
    expect(written).toMatchObject({ verdict: 'incomplete', changes: [], missing: ['qemu-x86_64: infra: no power'] })
    expect(exitCodeOfReport(written, ['regression'])).toBe(3)
  })

  test('a test that is gone from a whole run is lost', async () => {
    await writeRun(before, results('kunit/a pass', 'kunit/b pass'))
    await writeRun(after, results('kunit/a pass'))
    expect(classes(await report())).toEqual({ 'kunit/b': 'lost' })
  })

  test('cells of the plan without results are missing', async () => {
    await writeRun(after, results('kunit/a pass'))
    const expected = [
      { build: 'x', environment: 'qemu-x86_64' },
      { build: 'x', environment: 'qemu-arm64' },
    ]
    const written = await report({ baseline: [], expected })
    expect(written).toMatchObject({ verdict: 'incomplete', missing: ['qemu-arm64 with x: no results'] })
  })

  test('refuses a cut-off run by default and lists it when asked to', async () => {
    await writeRun(join(after, 'a'), results('kunit/a pass'), { state: 'running', verdict: null, finished: null })
    await writeRun(join(after, 'b'), results('kunit/a pass'), { environment: 'qemu-arm64' })
    await expect(report({ baseline: [] })).rejects.toMatchObject({ code: 'STAGE_UNFINISHED' })
    const written = await report({ baseline: [], allowIncomplete: true })
    expect(written.missing).toEqual([`qemu-x86_64 (${join(after, 'a')}): cut off`])
  })

  test('compares builds and what their compilers say, lines moved or not', async () => {
    await writeBuild(join(before, 'a'), [{ line: 10 }, { message: 'old', line: 4 }])
    await writeBuild(join(after, 'a'), [{ line: 12 }, { line: 70, flag: '-Wx', message: 'new' }])
    await writeBuild(join(before, 'b'), [], { name: 'arm64' })
    await writeBuild(join(after, 'b'), [{ level: 'error', message: 'no such thing' }], {
      name: 'arm64',
      verdict: 'fail',
    })
    const written = await report()
    expect(written.build_changes).toMatchObject([
      { class: 'regression', build: 'arm64', message: 'kernel/fork.c:10: no such thing' },
    ])
    expect(written.diagnostics.map(({ class: is, message, line }) => [is, message, line])).toEqual([
      ['new', 'no such thing', 10],
      ['new', 'new', 70],
      ['fixed', 'old', 4],
    ])
  })

  test('known issues cover failures until their last day', async () => {
    await writeRun(before, results('kunit/a pass', 'kunit/b pass'))
    await writeRun(after, results('kunit/a fail', 'kunit/b fail'))
    const knownIssues = join(folder, 'known-issues.yaml')
    await writeFile(
      knownIssues,
      'version: 1\nissues:\n  - {title: A, test: kunit/a, until: 2026-11-30}\n  - {title: B, test: kunit/b, until: 2026-11-01}\n',
    )
    const written = await report({ knownIssues, created: new Date('2026-11-23') })
    expect(classes(written)).toEqual({ 'kunit/a': 'known-issue', 'kunit/b': 'regression' })
    expect(written.notes).toEqual(["The known issue 'B' expired on 2026-11-01."])
    expect(written.totals).toMatchObject({ fail: 1, xfail: 1 })
  })

  test('older runs of the baseline give history: last known result, since when, flakiness', async () => {
    const run = (day: number, lines: readonly string[]) =>
      writeRun(join(before, String(day)), results(...lines), {
        started: `2026-11-0${day}T00:00:00Z`,
        kernel: { release: `6.${day}.0`, file: 'i', sha256: null, build: null, commit: null },
      })
    await run(1, ['k/gap pass', 'k/old pass', 'k/flaky pass'])
    await run(2, ['k/old fail', 'k/flaky fail'])
    await run(3, ['k/gap skip', 'k/old fail', 'k/flaky pass'])
    await writeRun(after, results('k/gap fail', 'k/old fail', 'k/flaky fail'))
    const written = await report()
    expect(classes(written)).toEqual({ 'k/gap': 'regression', 'k/old': 'still-failing', 'k/flaky': 'flaky' })
    const evidence = Object.fromEntries(written.changes.map((change) => [change.test, change.evidence]))
    expect(evidence['old']).toContain('failing since 6.2.0 (2026-11-02)')
    expect(evidence['flaky']).toContain('fails 50 % of the time (15 % to 85 % with 95 % confidence)')
  })

  test('the mail has the parts of an LKFT reply in their order', async () => {
    await writeRun(before, results('kunit/a pass', 'ltp/b fail'))
    await writeRun(join(after, 'run'), results('kunit/a fail', 'ltp/b pass'), { crashes: [crash] })
    await writeBuild(join(after, 'build'), [])
    await report()
    const mail = await readFile(join(folder, 'report/mail.txt'), 'utf8')
    expect(mail).toMatchInlineSnapshot(`
      "Subject: [REGRESSION] Kernel test report: 6.12.0: 2 tests, 1 failed, 1 passed, 0 skipped

      Regressions on qemu-x86_64: 2 regressions: 1 test, 1 crash. 1 of 2 tests pass, 1 fail. 1 fix.

      ## Build
      * kernel: 6.12.0

      ## Test Regressions (compared to 6.12.0)
      * qemu-x86_64, kunit
        - a

      ## New crashes (compared to 6.12.0)
      * qemu-x86_64
        - oops: Oops in f
            f
            g

      ## Test Fixes (compared to 6.12.0)
      * qemu-x86_64, ltp
        - b

      ## Steps to reproduce
      # Oops in f
      lkft boot --kernel bzImage --device qemu-x86_64

      ## Test result summary
      total: 2, pass: 1, fail: 1, skip: 0, xfail: 0

      ## Build Summary
      * x86_64: 1 total, 1 passed, 0 failed

      ## Test suites summary (2 suites)
      * kunit
      * ltp

      --
      Kernel test report
      "
    `)
  })

  test('KCIDB gets every test with its build and nothing that is null', async () => {
    await writeRun(join(after, 'run'), results('kunit/a.b(1) fail', 'kunit/c skip'))
    await writeBuild(join(after, 'build'), [])
    await report({ baseline: [] })
    const text = await readFile(join(folder, 'report/kcidb.json'), 'utf8')
    expect(text).not.toContain('null')
    const { checkouts, builds, tests } = JSON.parse(text) as Record<string, Record<string, string>[]>
    expect(tests?.map(({ path, status }) => [path, status])).toEqual([
      ['boot', 'PASS'],
      ['kunit.a.b_1_', 'FAIL'],
      ['kunit.c', 'SKIP'],
    ])
    const buildIds = builds?.map(({ id }) => id)
    for (const result of tests ?? []) expect(buildIds).toContain(result['build_id'])
    for (const build of builds ?? []) expect(checkouts?.map(({ id }) => id)).toContain(build['checkout_id'])
    for (const object of [...(checkouts ?? []), ...(builds ?? []), ...(tests ?? [])]) {
      expect(object['id']).toMatch(/^lkft:[\w-]+$/)
      expect(object['origin']).toBe('lkft')
    }
  })

  test('a folder without stages is refused by name', async () => {
    await writeRun(after, [])
    await expect(report({ baseline: [folder, join(folder, 'none')] })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
  })
})
