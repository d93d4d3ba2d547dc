import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { cpioFile, cpioTrailer, fileType } from '#files/cpio'
import { recordEvidence } from '../support/evidence.ts'
import { sharedBuild } from '../support/shared-kernel.ts'
import { boot, type Booted, statusOf } from './boot-run.ts'

let build: string

beforeAll(async () => void (build = await sharedBuild('x86_64')))

/** An archive that puts other files over lkft's root file system. */
async function overlay(files: Readonly<Record<string, string>>): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'lkft-test-overlay-')), 'overlay.cpio')
  const parts = Object.entries(files).map(([path, text]) => cpioFile(path, fileType.regular | 0o755, text))
  await writeFile(file, Buffer.concat([...parts, cpioTrailer()]))
  return file
}

/** Seconds from the first console line that matches to the end of the run. */
async function secondsAfter({ directory, run }: Booted, pattern: RegExp): Promise<number> {
  const lines = (await readFile(join(directory, 'console.ndjson'), 'utf8')).trim().split('\n')
  const line = lines
    .map((text) => JSON.parse(text) as { text: string; seconds: number })
    .find(({ text }) => pattern.test(text))
  expect(line, `a console line like ${pattern}`).toBeDefined()
  return run.duration_seconds - (line?.seconds ?? Number.NaN)
}

const panic = 'echo c >/proc/sysrq-trigger; sleep 30'

describe('what TuxRun gets wrong or waits out', () => {
  /** Two of the ten scenarios take more than one boot each. */
  const tests = 11
  let passed = 0
  afterEach(({ task }) => void (passed += task.result?.state === 'pass' ? 1 : 0))
  afterAll(async () => {
    if (passed < tests) return
    const command = 'npx vitest run --project integration test/boot/failures.test.ts'
    const figure = `ten of ten, in ${tests} tests; a panic under a test is told within 3 s`
    await recordEvidence({ claim: 'failures', command, kernel: 'linux-source-6.1', figure })
  })

  test('a command that fails is a failed test', async () => {
    const booted = await boot('--build', build, '--command', 'echo why; false', '--command', 'true')
    expect(booted).toMatchObject({ code: 1, run: { verdict: 'fail', cause: { code: 'commands' } } })
    expect(booted.results).toMatchObject([
      { test: 'echo why; false', status: 'fail', reason: 'assert', message: 'exit status 1\nwhy' },
      { test: 'true', status: 'pass' },
    ])
  })

  test('an init that exits is a crash of the kernel, told at once', async () => {
    const booted = await boot(
      '--build',
      build,
      '--suite',
      'boot',
      '--overlay',
      await overlay({ init: '#!/bin/sh\nexit 3\n' }),
    )
    expect(booted).toMatchObject({
      code: 1,
      run: { verdict: 'crash', crashes: [{ kind: 'panic', severity: 'fatal' }] },
    })
    expect(booted.run.cause?.message).toContain('Attempted to kill init!')
    expect(statusOf(booted, 'boot', 'shell')).toBe('fail')
    expect(await secondsAfter(booted, /Kernel panic/)).toBeLessThan(3)
  })

  test.each(['', 'panic=0', 'panic=1'])('a panic in a test (%s) is its crash, and the rest goes on', async (args) => {
    const words = ['--command', 'echo a', '--command', panic, '--command', 'echo b', '--boot-args', args]
    const booted = await boot('--build', build, ...words)
    expect(booted).toMatchObject({ code: 1, run: { state: 'done', verdict: 'crash', missing: [] } })
    expect(booted.run.crashes).toMatchObject([{ kind: 'panic', test: `commands/${panic}` }])
    expect(booted.run.crashes[0]?.trace.length).toBeGreaterThan(2)
    expect(booted.results).toMatchObject([
      { test: 'echo a', status: 'pass' },
      { test: panic, status: 'fail', reason: 'crash' },
      { test: 'echo b', status: 'pass' },
    ])
    // The test's duration is the time to the verdict: the panic is its first act.
    expect(booted.results[1]?.duration_seconds).toBeLessThan(3)
  })

  test('splats on the console during a passing test are recorded and fail the run', async () => {
    const splat = [
      '<4>BUG: KASAN: use-after-free in foo_bar+0x12/0x40',
      '<4>Read of size 8 at addr ffff888000000000 by task sh/1',
      '<4>Call Trace:',
      '<4> foo_bar+0x12/0x40',
      '<4>==================================================================',
    ].map((line) => `echo '${line}' >/dev/kmsg`)
    const booted = await boot('--build', build, '--command', splat.join('; '))
    expect(booted.results).toMatchObject([{ status: 'pass' }])
    expect(booted).toMatchObject({ code: 1, run: { verdict: 'crash', crashes: [{ kind: 'kasan' }] } })
  })

  test.each([
    ['record', 0, 'pass'],
    ['fail', 1, 'fail'],
  ] as const)('a warning while booting is told by policy: %s', async (policy, code, verdict) => {
    const lines = [
      '------------[ cut here ]------------',
      'WARNING: CPU: 0 PID: 1 at kernel/foo.c:12 foo_bar+0x1/0x2',
      'Modules linked in:',
      'Call Trace:',
      ' foo_bar+0x1/0x2',
      '---[ end trace 0000000000000000 ]---',
    ].map((line) => `echo '<4>${line}' >/dev/kmsg`)
    const init = `#!/bin/sh\nexport PATH=/bin\nmount -t devtmpfs dev /dev\n${lines.join('\n')}\n. /init.lkft\n`
    const own = await readFile(new URL('../../rootfs/init', import.meta.url), 'utf8')
    const archive = await overlay({ init, 'init.lkft': own })
    const booted = await boot('--build', build, '--suite', 'boot', '--overlay', archive, '--on-warning', policy)
    expect(booted.run.crashes).toMatchObject([{ kind: 'warning', location: expect.stringContaining('foo') }])
    expect(booted).toMatchObject({ code, run: { verdict } })
  })

  test('a kernel without a root waits for none: the stall is seen within seconds', async () => {
    const booted = await boot(
      '--build',
      build,
      '--suite',
      'boot',
      '--boot-args',
      'rdinit=/nothing rootwait root=/dev/nope',
    )
    expect(booted.code).toBe(1)
    expect(['hang', 'crash']).toContain(booted.run.verdict)
    expect(await secondsAfter(booted, /Waiting for root device|Kernel panic/)).toBeLessThan(15)
  })

  test('a command may hold quotes of every kind', async () => {
    const command = `printf "%s|" "a'b" 'c"d' \\$HOME; echo "<4>x"`
    const booted = await boot('--build', build, '--command', command)
    expect(booted.code).toBe(0)
    expect(await readFile(join(booted.directory, 'output.log'), 'utf8')).toContain(`a'b|c"d|$HOME|<4>x`)
  })

  test('names that differ stay distinct, in results.json too', async () => {
    const booted = await boot(
      '--build',
      build,
      '--command',
      'true 64_bit',
      '--command',
      'false 32_bit',
      '--command',
      'true 64_bit',
    )
    const all = JSON.parse(await readFile(join(booted.directory, 'results.json'), 'utf8')) as Record<string, object>
    expect(
      Object.entries(all['commands'] ?? {}).map(([name, { result }]: [string, { result?: string }]) => [name, result]),
    ).toEqual([
      ['true 64_bit', 'pass'],
      ['false 32_bit', 'fail'],
      ['true 64_bit (2)', 'pass'],
    ])
  })
})

test('a test that takes too long is ended with all it started, and fails as a timeout', async () => {
  const booted = await boot(
    '--build',
    build,
    '--command',
    'sleep 1000 & sleep 1000',
    '--test-timeout',
    '2',
    '--command',
    'ps | grep -c "sleep 100[0]"; true',
  )
  expect(booted.results[0]).toMatchObject({ status: 'fail', reason: 'timeout' })
  expect(await readFile(join(booted.directory, 'output.log'), 'utf8')).toMatch(/\n0\n/)
})

test('a QEMU that cannot start is the machine’s fault, not the kernel’s', async () => {
  const booted = await boot('--build', build, '--machine', 'nothing', '--suite', 'boot')
  expect(booted).toMatchObject({ code: 3, run: { verdict: 'infra', kernel_started: false } })
  expect(booted.run.cause?.message).toContain('unsupported machine type')
})

test('a failed test runs again in a fresh machine; both attempts are kept, the last one counts', async () => {
  // Each machine has a /tmp of its own: a fresh one fails the same way, where the old one would have passed.
  const flaky = 'test -e /tmp/once || { : >/tmp/once; false; }'
  const booted = await boot('--build', build, '--command', flaky, '--command', 'true', '--retries', '1')
  expect(booted.results).toMatchObject([
    { test: flaky, status: 'fail' },
    { test: 'true', status: 'pass' },
    { test: flaky, status: 'fail', attempt: 2 },
  ])
  expect(booted).toMatchObject({ code: 1, run: { counts: { pass: 1, fail: 1 } } })
})
