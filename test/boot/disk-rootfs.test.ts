import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashFile } from '#files/hash-file'
import { cpioFile, cpioTrailer, fileType } from '#files/cpio'
import { recordEvidence } from '../support/evidence.ts'
import { debianKernel } from '../support/debian-kernel.ts'
import { sharedBuild } from '../support/shared-kernel.ts'
import { boot } from './boot-run.ts'

const run = promisify(execFile)

let folder: string
let tree: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-disk-'))
  // A boot without a root file system of its own fetches busybox.
  const cache = join(import.meta.dirname, '../../.cache/lkft/debian/busybox-static-amd64')
  await boot('--build', await sharedBuild('x86_64'), '--command', 'true')
  const found = (await readdir(cache, { recursive: true })).find((name) => name.endsWith('bin/busybox')) ?? ''
  tree = await foreignTree(join(cache, found))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** What lkft's runner needs of a root file system in an archive; a disk needs none of it. */
const programs = 'base64 chmod date kill mkdir mknod mount reboot rm setsid sleep stty sync uname usleep'.split(' ')

/** A root file system that knows nothing of lkft: the machine's own busybox-static or Debian's, and one file. */
async function foreignTree(busybox: string): Promise<string> {
  const made = join(folder, 'tree')
  await mkdir(join(made, 'bin'), { recursive: true })
  await mkdir(join(made, 'etc'))
  await run('cp', [busybox, join(made, 'bin/busybox')])
  for (const name of ['sh', 'cat', 'grep', 'touch', ...programs]) await symlink('busybox', join(made, 'bin', name))
  await writeFile(join(made, 'etc/issue'), 'foreign\n')
  return made
}

test('suites run on an ext4 disk without our runner, which stays as it was; overlays and modules reach it', async () => {
  const { kernel, folder: unpacked, release } = await debianKernel('linux-image-cloud-amd64', 'amd64')
  await run('depmod', ['-b', unpacked, release])
  const modules = join(folder, 'modules.tar')
  await run('tar', ['-C', unpacked, '-cf', modules, 'lib/modules'])
  const disk = join(folder, 'disk.ext4')
  await run('mke2fs', ['-q', '-t', 'ext4', '-d', tree, disk, '16M'])
  const before = await hashFile(disk)
  const overlay = join(folder, 'overlay.cpio')
  await writeFile(overlay, Buffer.concat([cpioFile('added', fileType.regular | 0o644, 'added\n'), cpioTrailer()]))
  const commands = ['cat /etc/issue /added', 'grep "^/dev/vda / ext4" /proc/mounts', 'touch /written', 'exit 3']
  const files = ['--kernel', kernel, '--modules', modules, '--overlay', overlay, '--rootfs', disk]
  const words = commands.flatMap((text) => ['--command', text])
  const booted = await boot(...files, '--device', 'qemu-x86_64', '--silence', '200', ...words)
  expect(
    booted.results.map(({ status }) => status),
    booted.stderr,
  ).toEqual(['pass', 'pass', 'pass', 'fail'])
  expect(await readFile(join(booted.directory, 'output.log'), 'utf8')).toContain('foreign\nadded\n')
  await recordEvidence({
    claim: 'boot-disk',
    command: 'lkft boot --kernel vmlinuz --rootfs disk.ext4 --modules modules.tar',
    kernel: booted.run.kernel.release ?? 'unknown',
    figure: `shell after ${booted.run.timings.boot_seconds?.toFixed(1)} s; the image is unchanged`,
  })
  expect(await hashFile(disk)).toBe(before)
})

test('a tar archive is a root file system too; what is none is refused before anything starts', async () => {
  const tar = join(folder, 'root.tar.gz')
  await run('tar', ['-C', tree, '-czf', tar, '.'])
  const build = await sharedBuild('x86_64')
  const booted = await boot('--build', build, '--rootfs', tar, '--command', 'cat /etc/issue')
  expect(booted.run.verdict, booted.stderr).toBe('pass')
  expect(await readFile(join(booted.directory, 'output.log'), 'utf8')).toContain('foreign')
  const none = join(folder, 'none.img')
  await writeFile(none, 'no root file system\n')
  const refused = await boot('--build', build, '--rootfs', none, '--command', 'true')
  expect(refused).toMatchObject({ code: 2, run: { verdict: 'error', kernel_started: false } })
  expect(refused.stderr).toContain('is no root file system')
})
