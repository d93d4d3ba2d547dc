import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkDocument } from '#schema/validate'
import { sharedBuild } from '../support/shared-kernel.ts'

const root = join(import.meta.dirname, '../..')

let disk: string
beforeAll(async () => void (disk = await mkdtemp(join(tmpdir(), 'lkft-full-'))))
afterAll(async () => rm(disk, { recursive: true, force: true }))

/** Boots into a small file system, made in a mount namespace that goes with the command. */
async function bootOnSmallDisk(
  ...words: readonly string[]
): Promise<{ code: number; stderr: string; files: string[] }> {
  const script = `mount -t tmpfs -o size=480k tmpfs "$1" || exit 99
    disk=$1 program=$2; shift 2
    "$program" boot --accel tcg -o "$disk/out" "$@" >&2; code=$?
    cat "$disk/out/run.json"; printf '\\0'; cat "$disk/out/tests.ndjson"; printf '\\0'; ls -A "$disk/out"; exit $code`
  const all = ['--mount', '--map-root-user', '--user', 'sh', '-c', script, 'sh', disk, join(root, 'bin/lkft'), ...words]
  const env = { ...process.env, LKFT_CACHE_DIR: join(root, '.cache/lkft') }
  return new Promise((resolve) => {
    execFile('unshare', all, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stderr, files: stdout.split('\0') })
    })
  })
}

test('a disk that a test fills is the infrastructure’s fault; record and results stay whole', async () => {
  const build = await sharedBuild('x86_64')
  const flood = 'while :; do dmesg; done'
  const { code, stderr, files } = await bootOnSmallDisk(
    '--build',
    build,
    '--command',
    'true',
    '--command',
    flood,
    '--test-timeout',
    '120',
  )
  const [record = '', results = '', names = ''] = files
  const run = await checkDocument('run', JSON.parse(record), 'run.json')
  expect(run, stderr).toMatchObject({
    state: 'done',
    verdict: 'infra',
    cause: { code: 'DISK_FULL' },
    missing: ['commands'],
  })
  expect(run.cause?.message).toContain('no space left on the disk')
  expect(run.counts).toMatchObject({ pass: 1, fail: 0 })
  expect(
    results
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([{ test: 'true', status: 'pass' }])
  expect(names).not.toMatch(/\.tmp|reserve/)
  expect(stderr).not.toContain('at ')
  expect(code).toBe(3)
})
