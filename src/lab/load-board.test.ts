import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadBoard } from '#lab/load-board'

const facts = {
  version: 1,
  name: 'b1',
  device: 'bbb',
  arch: 'arm64',
  power: { on: 'pdu on', off: 'pdu off' },
  console: { device: '/dev/ttyUSB9' },
  bootloader: { type: 'u-boot' },
  network: { tftp: { listen: '127.0.0.1:6969' } },
  'kernel-command-line': 'console=ttyS0',
}

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-board-file-'))))
afterAll(() => rm(folder, { recursive: true }))

async function load(change: object) {
  const file = join(folder, 'board.yaml')
  await writeFile(file, stringify({ ...facts, ...change }))
  return loadBoard(file)
}

test('a board file gives its facts and the power commands as they will be run', async () => {
  const { power, board } = await load({ power: { on: `pdu 'rack 3' on`, off: 'pdu off', 'timeout-seconds': 5 } })
  expect(board.name).toBe('b1')
  expect(power).toEqual({ on: { argv: ['pdu', 'rack 3', 'on'] }, off: { argv: ['pdu', 'off'] }, timeoutMs: 5000 })
})

test.each([
  [{ power: { on: 5, off: 'true' } }, /board\.yaml:6: \/power\/on: 5 is not of type string/],
  [{ consol: {} }, /board\.yaml:\d+: \/consol: no such field/],
  [{ console: { device: '/dev/x', tcp: 'h:1' } }, /\/console: .* gives more than one of the alternatives/],
  [{ console: { speed: 9600 } }, /\/console: the field 'device' is missing, or the field 'tcp' is missing/],
  [{ bootloader: { type: 'u-boot', prompt: '([' } }, /\/bootloader\/prompt: .* must match format "regex"/],
  [{ bootloader: { type: 'grub' } }, /\/bootloader\/type: "grub" is not allowed; allowed: u-boot/],
  [{ power: { on: "a 'b", off: 'true' } }, /board\.yaml: \/power\/on: "a 'b" has an open '/],
  [{ network: { tftp: { directory: '/srv/tftp' } } }, /the field 'server-address' is missing/],
])('a wrong field is refused by file, line and field: %j', async (change, message) => {
  await expect(load(change)).rejects.toThrow(message)
})
