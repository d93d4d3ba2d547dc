import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CommandResult, runCommand } from '#process/run-command'

const lkft = join(import.meta.dirname, '../../bin/lkft')
const crash = join(import.meta.dirname, 'fixtures/sysrq-crash-arm64.log')
const warning = '[    1.000000] WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n[    1.000000] ---[ end trace 0 ]---\n'

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-log-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const run = async (words: string[], input?: string): Promise<CommandResult> =>
  runCommand({ argv: [lkft, ...words] }, { input })

it('prints exactly one document of crashes with their ten fields, and fails', async () => {
  const { exitCode, stdout } = await run(['log', crash, '--json'])
  const document = JSON.parse(stdout)
  expect(exitCode).toBe(1)
  expect(Object.keys(document)).toEqual(['crashes'])
  expect(Object.keys(document.crashes[0])).toEqual([
    'kind',
    'severity',
    'title',
    'location',
    'signature',
    'line',
    'cpu',
    'task',
    'trace',
    'test',
  ])
})

it('passes, fails or leaves out a warning by policy, and reads standard input', async () => {
  const results = await Promise.all(
    ['record', 'fail', 'ignore'].map(async (policy) => run(['log', '-', '--json', '--on-warning', policy], warning)),
  )
  expect(results.map(({ exitCode, stdout }) => [exitCode, JSON.parse(stdout).crashes.length])).toEqual([
    [0, 1],
    [1, 1],
    [0, 0],
  ])
})

it('never lets a console escape to the terminal', async () => {
  const file = join(folder, 'evil.log')
  await writeFile(file, '[    1.000000] Kernel panic - not syncing: \u001b]0;title\u0007\u202eevil\n')
  const { stdout } = await run(['log', file])
  expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/)
})

it.each([['log'], ['ktap']])('lkft %s says in one line what is wrong with its input', async (command) => {
  const absent = await run([command, join(folder, 'absent')])
  expect([absent.exitCode, absent.stderr]).toEqual([2, expect.stringMatching(/no such file \[BAD_ARGUMENT\]/)])
  const directory = await run([command, folder])
  expect([directory.exitCode, directory.stderr]).toEqual([2, expect.stringMatching(/is a directory \[BAD_ARGUMENT\]/)])
})

it('gives the tests of a log and fails when one failed', async () => {
  const text = 'KTAP version 1\n1..2\nok 1 a\nnot ok 2 b # why\n'
  const { exitCode, stdout } = await run(['ktap', '-', '--json', '--suite', 's'], text)
  expect([exitCode, JSON.parse(stdout).tests]).toEqual([
    1,
    [
      { suite: 's', test: 'a', status: 'pass', line: 3 },
      { suite: 's', test: 'b', status: 'fail', reason: 'assert', message: 'why', line: 4 },
    ],
  ])
})
