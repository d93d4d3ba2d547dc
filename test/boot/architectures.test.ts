import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordEvidence } from '../support/evidence.ts'
import { sharedBuild } from '../support/shared-kernel.ts'
import { boot, statusOf } from './boot-run.ts'

test.each(['x86_64', 'arm64', 'riscv64'] as const)('a %s kernel boots and runs its KUnit suites', async (arch) => {
  const build = await sharedBuild(arch)
  const booted = await boot('--build', build, '--suite', 'boot', '--suite', 'kunit', '--command', 'uname -r')
  expect(booted.run).toMatchObject({ state: 'done', verdict: 'pass', device: `qemu-${arch}`, kernel_started: true })
  expect(booted.code).toBe(0)
  expect(booted.results.filter(({ suite }) => suite === 'kunit').length).toBeGreaterThan(20)
  expect(booted.run.counts.fail).toBe(0)
  expect(statusOf(booted, 'boot', 'shell')).toBe('pass')
  expect(statusOf(booted, 'commands', 'uname -r')).toBe('pass')
  const output = await readFile(join(booted.directory, 'output.log'), 'utf8')
  expect(output).toContain(booted.run.kernel.release)
  const consoleLog = await readFile(join(booted.directory, 'console.log'), 'utf8')
  expect(consoleLog, 'results do not touch the console').not.toMatch(/@[0-9a-f]{12} \d/)
  const timed = (await readFile(join(booted.directory, 'console.ndjson'), 'utf8')).trim().split('\n')
  expect(timed.map((line) => JSON.parse(line) as { seconds: number }).at(-1)?.seconds).toBeGreaterThan(0)
  const steps = booted.run.timings.milestones?.map(({ name }) => name)
  expect(steps).toEqual(expect.arrayContaining(['banner', 'init']))
  const junit = await readFile(join(booted.directory, 'junit.xml'), 'utf8')
  expect(junit).toContain('<testsuite name=')
  expect(JSON.parse(await readFile(join(booted.directory, 'results.json'), 'utf8'))).toHaveProperty('lava.login-action')
  const { counts, kernel, timings } = booted.run
  await recordEvidence({
    claim: `boot-${arch}`,
    command: `lkft boot --build DIR --device qemu-${arch} --suite boot --suite kunit`,
    kernel: kernel.release ?? 'unknown',
    figure: `${counts.pass} pass, ${counts.skip} skip; shell after ${timings.boot_seconds?.toFixed(1)} s`,
  })
})

test('without a second port results come over the console, between kernel messages', async () => {
  const build = await sharedBuild('x86_64')
  const noise = 'i=0; while [ $i -lt 40 ]; do echo "<4>noise $i" >/dev/kmsg; echo line $i; i=$((i+1)); done'
  const booted = await boot(
    '--build',
    build,
    '--boot-args',
    'lkft_port=console',
    '--command',
    noise,
    '--command',
    'echo b',
  )
  expect(booted.run.verdict).toBe('pass')
  expect(statusOf(booted, 'commands', noise)).toBe('pass')
  const output = await readFile(join(booted.directory, 'output.log'), 'utf8')
  expect(output).toContain('line 39')
  expect(output).not.toMatch(/^(<\d+>)?noise \d/m)
})
