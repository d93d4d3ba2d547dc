import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordEvidence } from '../support/evidence.ts'
import { sharedBuild } from '../support/shared-kernel.ts'
import { boot, type Booted, statusOf } from './boot-run.ts'

const identity = 'head -c 16 /dev/urandom | od -An -tx1; cat /proc/sys/kernel/random/boot_id /etc/machine-id; date +%s'

let templates: string
beforeAll(async () => void (templates = await mkdtemp(join(tmpdir(), 'lkft-templates-'))))
afterAll(async () => rm(templates, { recursive: true, force: true }))

/** Lines that the test printed: random bytes, boot id, machine id and seconds since 1970. */
async function printed({ directory }: Booted): Promise<readonly string[]> {
  const lines = (await readFile(join(directory, 'output.log'), 'utf8')).trim().split('\n')
  return lines.filter((line) => !line.startsWith('== ')).map((line) => line.trim())
}

const copy = async (build: string, ...words: readonly string[]): Promise<Booted> =>
  boot('--build', build, '--template', '--template-dir', templates, ...words)

test.each(['x86_64', 'arm64'] as const)(
  'an %s machine boots once; its copies differ in entropy, ids and clock',
  async (arch) => {
    const build = await sharedBuild(arch)
    const first = await copy(build, '--command', identity)
    expect(first.run, first.stderr).toMatchObject({ verdict: 'pass', machines: { started: 2, copied: 1 } })
    const second = await copy(build, '--command', identity)
    expect(second.run, second.stderr).toMatchObject({
      verdict: 'pass',
      kernel_started: true,
      machines: { started: 1, copied: 1 },
    })
    expect(second.run.kernel.release).toBe(first.run.kernel.release)
    const [one, two] = [await printed(first), await printed(second)]
    expect(one.length).toBe(4)
    for (const index of [0, 1, 2]) expect(two[index]).not.toBe(one[index])
    expect(Math.abs(Number(two[3]) - Date.now() / 1000)).toBeLessThan(60)
    const { first_byte_seconds: byte, boot_seconds: shell } = second.run.timings
    await recordEvidence({
      claim: `template-${arch}`,
      command: `lkft boot --build DIR --device qemu-${arch} --template`,
      kernel: second.run.kernel.release ?? 'unknown',
      figure: `first byte ${byte?.toFixed(2)} s, runner's answer ${shell?.toFixed(2)} s after the request; entropy, ids, clock differ`,
    })
  },
)

test('a machine that cannot be copied boots for each suite, and lkft says so', async () => {
  const booted = await copy(await sharedBuild('riscv64'), '--command', 'true')
  expect(booted.run, booted.stderr).toMatchObject({ verdict: 'pass', machines: { started: 1, copied: 0 } })
  expect(booted.stderr).toContain('qemu-riscv64 is not copied')
})

test('a suite that has to boot boots; another command line has a template of its own', async () => {
  const build = await sharedBuild('x86_64')
  const booted = await copy(build, '--suite', 'kunit', '--command', 'true')
  expect(booted.run).toMatchObject({ verdict: 'pass', machines: { started: 2, copied: 1 } })
  expect(booted.results.filter(({ suite }) => suite === 'kunit').length).toBeGreaterThan(20)
  const other = await copy(build, '--command', 'grep -w lkft_other=1 /proc/cmdline', '--boot-args', 'lkft_other=1')
  expect(other.run).toMatchObject({ verdict: 'pass', machines: { started: 2, copied: 1 } })
})

test('shards take tests from one another; a crash in one is its own, and consoles stay apart', async () => {
  const build = await sharedBuild('x86_64')
  const panic = 'echo c >/proc/sysrq-trigger; sleep 30'
  const commands = ['sleep 1; echo one', panic, 'echo "<4>two" >/dev/kmsg', 'echo three; sleep 1; echo 3', 'echo four']
  const booted = await boot('--build', build, '--shards', '2', ...commands.flatMap((text) => ['--command', text]))
  expect(booted).toMatchObject({ code: 1, run: { verdict: 'crash', missing: [], machines: { shards: 2, started: 4 } } })
  expect(booted.results.length).toBe(commands.length)
  for (const text of commands) expect(statusOf(booted, 'commands', text)).toBe(text === panic ? 'fail' : 'pass')
  expect(booted.run.crashes).toMatchObject([{ kind: 'panic', test: `commands/${panic}` }])
  const console = (await readFile(join(booted.directory, 'console.log'), 'utf8')).split('\n')
  expect(console[(booted.run.crashes[0]?.line ?? 0) - 1]).toContain('Kernel panic')
  const timed = (await readFile(join(booted.directory, 'console.ndjson'), 'utf8')).trim().split('\n')
  const numbers = timed.map((line) => (JSON.parse(line) as { line: number }).line)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  const output = await readFile(join(booted.directory, 'output.log'), 'utf8')
  expect(output).toContain('three\n3\n')
})

test('a test that fails, then passes in fresh copies is flaky', async () => {
  const build = await sharedBuild('x86_64')
  // Only copies of a frozen machine are given a machine id.
  const flaky = 'test -e /etc/machine-id'
  const booted = await boot('--build', build, '--command', flaky, '--command', 'false', '--retries', '1')
  expect(booted).toMatchObject({ code: 1, run: { verdict: 'fail', flaky: [`commands/${flaky}`] } })
  expect(booted.run.counts).toMatchObject({ pass: 1, fail: 1 })
  expect(booted.run.machines).toEqual({ shards: 1, started: 4, copied: 2 })
})
