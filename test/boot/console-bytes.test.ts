import { existsSync, statSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { sharedBuild } from '../support/shared-kernel.ts'
import { readRun, startBoot } from './boot-run.ts'

test('a reader that stands still for seconds loses no byte of the console', async () => {
  const build = await sharedBuild('x86_64')
  const directory = await mkdtemp(join(tmpdir(), 'lkft-test-bytes-'))
  const child = startBoot(directory, [
    '--build',
    build,
    '--suite',
    'kunit',
    '--command',
    'dmesg',
    '--boot-args',
    'ignore_loglevel',
  ])
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const log = join(directory, 'console.log')
  while (child.exitCode === null && (!existsSync(log) || statSync(log).size < 2000)) await sleep(5)
  child.kill('SIGSTOP')
  await sleep(3000)
  child.kill('SIGCONT')
  expect(await ended).toBe(0)
  const { run } = await readRun(directory)
  expect(run.verdict).toBe('pass')
  // What the kernel remembers is what it printed: each line must stand whole on the console.
  const text = (line: string): string =>
    line
      .replace(/^<\d+>/, '')
      .replace('\r', '')
      .trimEnd()
  const console = new Set((await readFile(log, 'latin1')).split('\n').map(text))
  const dmesg = (await readFile(join(directory, 'output.log'), 'latin1')).split('\n').map(text)
  const said = dmesg.filter((line) => /^\[ *\d+\.\d{6}\] /.test(line))
  expect(said.length).toBeGreaterThan(150)
  expect(said.filter((line) => !console.has(line))).toEqual([])
})
