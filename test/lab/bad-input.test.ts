import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { lkft } from './run-lkft.ts'

const facts = {
  version: 1,
  name: 'b1',
  device: 'bbb',
  arch: 'arm64',
  power: { on: 'touch powered', off: 'true' },
  console: { device: '/dev/ttyUSB9' },
  bootloader: { type: 'u-boot' },
  network: { tftp: { listen: '127.0.0.1:6969' } },
  'kernel-command-line': 'console=ttyS0',
}

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-bad-input-'))))
afterAll(() => rm(folder, { recursive: true }))

async function boardFile(change: object): Promise<string> {
  const file = join(folder, 'board.yaml')
  await writeFile(file, stringify({ ...facts, ...change }))
  return file
}

test('a board file with a wrong field is refused by file, line and field, and nothing is written', async () => {
  const out = join(folder, 'out')
  const board = await boardFile({ power: { on: 5, off: 'true' } })
  const run = await lkft('lab', 'run', '--board', board, '--build', folder, '-o', out)
  const message = /^lkft: .*board\.yaml:6: \/power\/on: 5 is not of type string \[BAD_DOCUMENT\]\n$/
  expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
  expect(await readdir(folder)).not.toContain('out')
})

test('what is wrong with the build is known before the board is powered', async () => {
  const board = await boardFile({})
  const run = (...args: readonly string[]) => lkft('lab', 'run', '--board', board, '-o', join(folder, 'o'), ...args)
  const notes = join(folder, 'notes.txt')
  await writeFile(notes, 'no kernel')
  expect(await run('--build', notes)).toMatchObject({ code: 2, stderr: expect.stringContaining('no kernel image') })
  expect(await run('--build', notes, '--suite', 'kunnit')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/unknown suite 'kunnit'.*\n.*kunit/),
  })
  expect(await readdir(folder)).not.toContain('powered')
})

test('a dry run prints the commands, quoted, and runs nothing', async () => {
  const board = await boardFile({ power: { on: `pdu 'rack 3' on`, off: 'pdu off' } })
  const run = await lkft('lab', 'run', '--board', board, '--build', folder, '--dry-run')
  expect(run).toEqual({
    code: 0,
    stderr: '',
    stdout: `pdu off\nstty -F /dev/ttyUSB9 115200 raw -echo -hupcl clocal\npdu 'rack 3' on\npdu off\n`,
  })
})
