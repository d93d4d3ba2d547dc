import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTinyTree } from '../support/tiny-tree.ts'

const root = join(import.meta.dirname, '../..')

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-full-'))))
afterAll(async () => rm(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly stderr: string
  readonly record: { state?: string; verdict?: string; cause?: { code?: string } }
}

/** Builds into a file system of `megabytes`, made in a mount namespace that goes with the command. */
async function buildOnSmallDisk(name: string, megabytes: number, extra: string): Promise<Ended> {
  const tree = await makeTinyTree(join(folder, `${name}-tree`), { 'extra.mk': extra })
  const disk = join(folder, name)
  await mkdir(disk)
  const script = `mount -t tmpfs -o size=${megabytes}m tmpfs "$1" || exit 99
    "$0" build --source "$2" --target-arch x86_64 --kconfig tinyconfig -o "$1/out" >&2; code=$?
    cat "$1/out/build.json"; exit $code`
  return new Promise((resolve) => {
    const words = ['--mount', '--map-root-user', '--user', 'sh', '-c', script, join(root, 'bin/lkft'), disk, tree]
    execFile('unshare', words, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code)
      resolve({ code, stderr, record: JSON.parse(stdout === '' ? '{}' : stdout) as Ended['record'] })
    })
  })
}

test('a disk that make fills is the infrastructure’s fault, and the record still says so', async () => {
  const fill = 'vmlinux: fill\nfill:\n\t@mkdir -p $(O); head -c 50000000 /dev/urandom > $(O)/fill\n'
  const { code, stderr, record } = await buildOnSmallDisk('make', 10, fill)
  expect(stderr).toContain('no space left on the disk')
  expect(record).toMatchObject({ state: 'done', verdict: 'infra', cause: { code: 'DISK_FULL' } })
  expect(code).toBe(3)
})

test('a disk that packing fills leaves no half-written artifact and exits with 3', async () => {
  const big = 'all: noise\nnoise: vmlinux\n\t@head -c 6000000 /dev/urandom > $(O)/vmlinux\nbzImage: noise\n'
  const { code, record } = await buildOnSmallDisk('pack', 16, big)
  expect(record).toMatchObject({ state: 'done', verdict: 'infra', cause: { code: 'DISK_FULL' } })
  expect(code).toBe(3)
})
