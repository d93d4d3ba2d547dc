import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cpioFile, cpioTrailer, fileType } from '#files/cpio'
import { runCommand } from '#process/run-command'
import { sharedBuild } from '../support/shared-kernel.ts'
import { boot, readRun, startBoot } from './boot-run.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

let folder: string
let build: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-death-'))
  build = await sharedBuild('x86_64')
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

test.each([
  // This kernel cannot switch the machine off, so it halts.
  ['reboot -f', 'restarted'],
  ['poweroff -f', /halted the machine|switched the machine off/],
])('a test under which the guest ends itself (%s) has failed, and the rest goes on', async (command, said) => {
  const words = ['--command', 'echo a', '--command', `${command}; sleep 30`, '--command', 'echo b']
  const booted = await boot('--build', build, ...words)
  expect(
    booted.results.map(({ status, reason }) => [status, reason]),
    booted.stderr,
  ).toEqual([
    ['pass', undefined],
    ['fail', 'crash'],
    ['pass', undefined],
  ])
  expect(booted.results[1]?.message).toMatch(said)
  expect(booted).toMatchObject({ code: 1, run: { verdict: 'crash', missing: [], machines: { started: 2 } } })
})

test('a machine that restarts whenever it boots is a reboot loop, after a second look', async () => {
  const file = join(folder, 'restart.cpio')
  const init = '#!/bin/sh\nexport PATH=/bin\nreboot -f\n'
  await writeFile(file, Buffer.concat([cpioFile('init', fileType.regular | 0o755, init), cpioTrailer()]))
  const booted = await boot('--build', build, '--overlay', file, '--suite', 'boot', '--command', 'true')
  expect(booted.run).toMatchObject({ verdict: 'crash', kernel_started: true, machines: { started: 2 } })
  expect(booted.run.cause).toMatchObject({ code: 'reboot' })
  expect(booted.run.cause?.message).toContain('reboot loop: the guest restarted the machine in each of 2 boots')
})

test('QEMU killed under a test is the machine’s fault: the test runs again in a fresh one', async () => {
  const directory = join(folder, 'killed')
  const child = startBoot(directory, ['--build', build, '--command', 'echo a', '--command', 'sleep 4'])
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const begun = async (): Promise<boolean> =>
    readFile(join(directory, 'tests.ndjson'), 'utf8').then(
      (text) => text !== '',
      () => false,
    )
  for (let tries = 0; tries < 1200 && !(await begun()); tries++) await sleep(50)
  const { stdout } = await run('pgrep', ['-P', String(child.pid), 'qemu'])
  process.kill(Number(stdout.trim().split('\n')[0]), 'SIGKILL')
  await closed
  const ended = await readRun(directory)
  expect(ended.results.map(({ test: name, status }) => [name, status])).toEqual([
    ['echo a', 'pass'],
    ['sleep 4', 'pass'],
  ])
  expect(ended.run).toMatchObject({ state: 'done', machines: { started: 2 } })
})

test('reproduce.sh of a run gives the same results again', async () => {
  const command = `printf '%s\\n' "a 'b' $HOME"; exit 7`
  const first = await boot('--build', build, '--command', command, '--command', 'true', '--boot-args', 'a="b c"')
  const env = {
    PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH']}`,
    LKFT_CACHE_DIR: join(root, '.cache/lkft'),
  }
  const again = await runCommand({ argv: ['sh', join(first.directory, 'reproduce.sh')], cwd: folder, env })
  expect(again.exitCode, again.stderr).toBe(1)
  const second = await readRun(join(folder, 'reproduced'))
  const facts = (results: readonly { test: string; status: string; message?: string | null }[]): unknown =>
    results.map(({ test: name, status, message }) => [name, status, message])
  expect(facts(second.results)).toEqual(facts(first.results))
  expect(second.run.verdict).toBe('fail')
})
