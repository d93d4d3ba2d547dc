import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { debianKernel } from './debian-kernel.ts'
import { sharedSource } from './shared-kernel.ts'
import { withLock } from './with-lock.ts'

const run = promisify(execFile)
const quiet = { maxBuffer: 1 << 28 }
const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache')

/** Debian's kernel for this machine's architecture, and a tar of those of its modules that the paths hold. */
export async function debianModules(paths: RegExp): Promise<{ kernel: string; release: string; archive: string }> {
  const { kernel, release, folder } = await debianKernel('linux-image-amd64', 'amd64')
  const copy = await mkdtemp(join(tmpdir(), 'lkft-modules-'))
  const modules = join('lib/modules', release)
  await cp(join(folder, modules), join(copy, modules), {
    recursive: true,
    filter: (path) => paths.test(path.slice(join(folder, modules).length)),
  })
  await run('depmod', ['-b', copy, release])
  const archive = join(copy, 'modules.tar')
  await run('tar', ['-C', copy, '-cf', archive, 'lib'])
  return { kernel, release, archive }
}

/** Selftests of the tree as a tar of opt/kselftests, static since the guest has no libraries; built once. */
export async function selftests(targets: readonly string[]): Promise<string> {
  const source = await sharedSource()
  const folder = join(cache, 'kernels', `selftests-${targets.join('-')}`)
  const archive = join(folder, 'selftests.tar')
  return withLock(join(cache, 'locks', 'selftests'), async () => {
    if (existsSync(archive)) return archive
    const objects = join(folder, 'objects')
    const installed = join(folder, 'overlay/opt/kselftests')
    await mkdir(installed, { recursive: true })
    const jobs = `-j${availableParallelism()}`
    await run('make', ['-s', '-C', source, `O=${objects}`, 'defconfig', 'headers', jobs], quiet)
    const words = [`O=${objects}`, 'install', `INSTALL_PATH=${installed}`, `TARGETS=${targets.join(' ')}`]
    // One program of timers has a function that a static libc has too.
    const compiler = [
      'CC=gcc -static -Dclock_adjtime=own_clock_adjtime',
      `KHDR_INCLUDES=-isystem ${objects}/usr/include`,
    ]
    await run('make', ['-s', jobs, '-C', join(source, 'tools/testing/selftests'), ...words, ...compiler], quiet)
    await run('tar', ['-C', join(folder, 'overlay'), '-cf', archive, 'opt'])
    return archive
  })
}

/** An archive of programs of this machine with the libraries that they are linked with, for a guest of its architecture. */
export async function programArchive(programs: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-programs-'))
  const files = new Set<string>()
  for (const program of programs) {
    const { stdout: path } = await run('sh', ['-c', 'command -v "$0"', program])
    files.add(path.trim())
    const { stdout } = await run('ldd', [path.trim()])
    for (const [library = ''] of stdout.matchAll(/\/\S+(?= \(0x)/g)) files.add(library)
  }
  for (const file of files) {
    await mkdir(join(folder, 'root', dirname(file)), { recursive: true })
    await run('cp', ['-L', file, join(folder, 'root', file)])
  }
  const archive = join(folder, 'programs.tar')
  await run('tar', ['-C', join(folder, 'root'), '-cf', archive, '.'])
  await rm(join(folder, 'root'), { recursive: true })
  return archive
}
