import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labBuild } from './lab-kernel.ts'
import { setUpBoard, type VirtualBoard } from './virtual-board/virtual-board.ts'

const lkft = join(import.meta.dirname, '../../bin/lkft')

interface Ended {
  readonly code: number
  readonly stderr: string
  readonly record: { state?: string; verdict?: string; cause?: { code?: string } | null }
}

/** Runs a board with its run directory on a file system of `kilobytes`, made in a mount namespace of the command. */
async function runOnSmallDisk(board: VirtualBoard, kilobytes: number): Promise<Ended> {
  const disk = join(board.folder, `disk-${kilobytes}`)
  await mkdir(disk)
  const build = await labBuild()
  const script = `mount -t tmpfs -o size=${kilobytes}k tmpfs "$1" || exit 99
    "$0" lab run --board "$2" --build "$3" --command 'while :; do dmesg; done' -o "$1/out" >&2; code=$?
    cat "$1/out/run.json"; exit $code`
  const words = ['--mount', '--map-root-user', '--user', 'sh', '-c', script, lkft, disk, await board.file(), build]
  return new Promise((resolve) => {
    execFile('unshare', words, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code)
      resolve({ code, stderr, record: JSON.parse(stdout === '' ? '{}' : stdout) as Ended['record'] })
    })
  })
}

test('a disk that a test fills is the infrastructure’s fault; the record is whole and the board off', async () => {
  await using board = await setUpBoard()
  const { code, stderr, record } = await runOnSmallDisk(board, 512)
  expect(record, stderr).toMatchObject({ state: 'done', verdict: 'infra', cause: { code: 'DISK_FULL' } })
  expect(stderr).toContain('no space left on the disk')
  expect(stderr).not.toMatch(/^ +at /m)
  expect(code).toBe(3)
  expect(board.relay.history.at(-1)).toBe('off')
})
