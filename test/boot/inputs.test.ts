import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashFile } from '#files/hash-file'
import { debianKernel } from '../support/debian-kernel.ts'
import { sharedBuild } from '../support/shared-kernel.ts'
import { boot } from './boot-run.ts'

const run = promisify(execFile)

let folder: string
let build: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-inputs-'))
  build = await sharedBuild('x86_64')
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** An archive of some of a kernel's modules, by the folders they lie in. */
async function modulesOf(unpacked: string, release: string, parts: readonly string[]): Promise<string> {
  const tree = join(folder, `modules-${release}`)
  const place = join(tree, 'lib/modules', release)
  for (const part of parts) {
    await mkdir(join(place, 'kernel', part, '..'), { recursive: true })
    await run('cp', ['-r', join(unpacked, 'lib/modules', release, 'kernel', part), join(place, 'kernel', part)])
  }
  for (const name of await readdir(join(unpacked, 'lib/modules', release))) {
    if (name.startsWith('modules.')) await copyFile(join(unpacked, 'lib/modules', release, name), join(place, name))
  }
  await run('depmod', ['-b', tree, release])
  const archive = join(folder, `modules-${release}.tar`)
  await run('tar', ['-C', tree, '-cf', archive, 'lib/modules'])
  return archive
}

test('a build of TuxMake’s boots by its metadata.json; flash images are used and stay as they are', async () => {
  const firmware = join(folder, 'flash,1.fd')
  await copyFile('/usr/share/seabios/bios-256k.bin', firmware)
  const before = await hashFile(firmware)
  const booted = await boot('--tuxmake', build, '--pflash', firmware, '--command', 'true')
  expect(booted.run, booted.stderr).toMatchObject({ verdict: 'pass', device: 'qemu-x86_64' })
  expect(booted.run.emulator?.command).toContain('if=pflash')
  expect(await hashFile(firmware)).toBe(before)
})

test('a flash image that is no firmware is what boots, and nothing does', async () => {
  const empty = join(folder, 'empty.fd')
  await writeFile(empty, Buffer.alloc(1 << 18))
  const booted = await boot('--build', build, '--pflash', empty, '--command', 'true', '--silence', '3')
  expect(booted.run).toMatchObject({ verdict: 'hang', kernel_started: false })
})

test('a URL with another sha256 than the one said is refused before anything starts', async () => {
  const image = await readFile(join(build, 'bzImage'))
  const server = createServer((_, to) => void to.end(image)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bzImage`
  const words = (sha256: string): readonly string[] => [
    '--kernel',
    `${url}#sha256=${sha256}`,
    '--device',
    'qemu-x86_64',
    '--command',
    'true',
  ]
  try {
    const right = await boot(...words(await hashFile(join(build, 'bzImage'))))
    expect(right.run.verdict, right.stderr).toBe('pass')
    const wrong = await boot(...words('0'.repeat(64)))
    expect(wrong).toMatchObject({ run: { verdict: 'infra', kernel_started: false, cause: { code: 'FETCH_FAILED' } } })
    expect(wrong.stderr).toContain('wanted 000000')
  } finally {
    server.close()
  }
})

test('a shared folder is mounted in the guest, and what a test writes there is on the host', async () => {
  const { kernel, folder: unpacked, release } = await debianKernel('linux-image-686', 'i386')
  const modules = await modulesOf(unpacked, release, ['net/9p', 'fs/9p', 'fs/netfs', 'fs/fscache', 'drivers/virtio'])
  const shared = join(folder, 'shared')
  await mkdir(shared)
  await writeFile(join(shared, 'asked'), 'by the host\n')
  const commands = ['grep host /mnt/here/asked', 'echo by the guest >/mnt/here/answered']
  const words = commands.flatMap((text) => ['--command', text])
  const files = ['--kernel', kernel, '--modules', modules, '--shared', `${shared}:/mnt/here`]
  const booted = await boot(...files, '--device', 'qemu-i386', '--silence', '300', ...words)
  expect(
    booted.results.map(({ status }) => status),
    booted.stderr,
  ).toEqual(['pass', 'pass'])
  expect(await readFile(join(shared, 'answered'), 'utf8')).toBe('by the guest\n')
})

test('a partition of a qcow2 image, and a squashfs image, are root file systems', async () => {
  const { kernel, folder: unpacked, release } = await debianKernel('linux-image-cloud-amd64', 'amd64')
  const parts = ['drivers/virtio', 'drivers/block', 'fs', 'lib', 'crypto']
  const modules = await modulesOf(unpacked, release, parts)
  const tree = join(folder, 'tree')
  await mkdir(join(tree, 'bin'), { recursive: true })
  const cache = join(import.meta.dirname, '../../.cache/lkft/debian/busybox-static-amd64')
  const busybox = (await readdir(cache, { recursive: true })).find((name) => name.endsWith('bin/busybox')) ?? ''
  await copyFile(join(cache, busybox), join(tree, 'bin/busybox'))
  await symlink('busybox', join(tree, 'bin/sh'))
  await writeFile(join(folder, 'table'), partitionTable())
  await run('sh', ['-ec', makeImages, 'sh', folder, tree])
  const words = ['--kernel', kernel, '--modules', modules, '--device', 'qemu-x86_64', '--silence', '200']
  for (const [image, type, more] of [
    ['disk.qcow2', 'vda2 / ext4', ['--partition', '2']],
    ['disk.squashfs', 'vda /[^ ]* squashfs', []],
  ] as const) {
    const check = `grep "^/dev/${type}" /proc/mounts`
    const booted = await boot(...words, '--rootfs', join(folder, image), ...more, '--command', check)
    expect(booted.run.verdict, `${image}\n${booted.stderr}`).toBe('pass')
  }
})

test('a secret reaches tests, and no file of the run shows it', async () => {
  process.env['LKFT_TEST_TOKEN'] = 'hush-4711'
  const command =
    'echo "<$LKFT_TEST_TOKEN>"; echo "<4>kernel $LKFT_TEST_TOKEN" >/dev/kmsg; test ${#LKFT_TEST_TOKEN} = 9'
  const words = ['--secret', 'LKFT_TEST_TOKEN', '--command', command, '--command', 'echo $LKFT_TEST_TOKEN; false']
  const booted = await boot('--build', build, ...words)
  expect(
    booted.results.map(({ status }) => status),
    booted.stderr,
  ).toEqual(['pass', 'fail'])
  for (const name of await readdir(booted.directory)) {
    expect(await readFile(join(booted.directory, name), 'utf8'), name).not.toContain('hush-4711')
  }
  for (const name of ['output.log', 'console.log', 'console.ndjson', 'tests.ndjson']) {
    expect(await readFile(join(booted.directory, name), 'utf8'), name).toContain('***')
  }
  expect(booted.stderr).not.toContain('hush-4711')
  expect(await readFile(join(booted.directory, 'reproduce.sh'), 'utf8')).toContain('--secret LKFT_TEST_TOKEN')
})

/** An MBR with a partition of 1 MiB and one of 16 MiB. */
function partitionTable(): Buffer {
  const sector = Buffer.alloc(512)
  for (const [index, [start, size]] of [
    [2048, 2048],
    [4096, 32_768],
  ].entries()) {
    const at = 446 + 16 * index
    sector.writeUInt8(0x83, at + 4)
    sector.writeUInt32LE(start ?? 0, at + 8)
    sector.writeUInt32LE(size ?? 0, at + 12)
  }
  sector.writeUInt16BE(0x55aa, 510)
  return sector
}

/** A disk with two partitions of which the second is ext4, as qcow2; and a squashfs. */
const makeImages = `cd "$1"
mksquashfs "$2" disk.squashfs -quiet -no-progress >/dev/null
mke2fs -q -t ext4 -d "$2" part.ext4 16M
truncate -s 20M disk.raw
dd if=table of=disk.raw bs=512 conv=notrunc status=none
dd if=part.ext4 of=disk.raw bs=512 seek=4096 conv=notrunc status=none
qemu-img convert -f raw -O qcow2 disk.raw disk.qcow2`
