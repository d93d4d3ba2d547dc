import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runForOutput } from '#process/run-command'
import { withLock } from '../support/with-lock.ts'

const cache = join(import.meta.dirname, '../../.cache')

/** What is taken from where: trixie's radosgw needs no cluster, sid's sccache is the first with WebDAV. */
const suites = {
  trixie: { packages: ['radosgw', 'rclone'], programs: ['rclone', 'radosgw', 'radosgw-admin'] },
  sid: { packages: ['sccache'], programs: ['sccache'] },
} as const

type Suite = keyof typeof suites

const loader = 'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'

/** Programs of a newer Debian than this machine's: only unpacked, and run by their own loader. */
export interface NewerDebian {
  readonly command: (program: string, ...args: readonly string[]) => [string, ...string[]]
}

export async function newerDebian(suite: Suite = 'trixie'): Promise<NewerDebian> {
  const root = join(cache, `debian-${suite}`)
  await withLock(join(cache, `locks/newer-debian-${suite}`), async () => {
    if (!existsSync(root)) await unpack(suite, root)
  })
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu')
  return {
    command: (program, ...args) => [
      join(root, 'loaders', program),
      '--library-path',
      `${libraries}:${libraries}/ceph`,
      join(root, 'usr/bin', program),
      ...args,
    ],
  }
}

async function unpack(suite: Suite, root: string): Promise<void> {
  const { packages, programs } = suites[suite]
  const folder = await mkdtemp(join(tmpdir(), 'lkft-debian-'))
  try {
    const include = `--include=${packages.join(',')}`
    await runForOutput({ argv: ['debootstrap', '--download-only', '--variant=minbase', include, suite, folder] })
    const archives = join(folder, 'var/cache/apt/archives')
    const tree = `${root}.unpacking`
    await rm(tree, { recursive: true, force: true })
    for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
      await mkdir(join(tree, 'usr', name), { recursive: true })
      await symlink(`usr/${name}`, join(tree, name))
    }
    for (const name of (await readdir(archives)).filter((one) => one.endsWith('.deb'))) {
      await runForOutput({ argv: ['dpkg-deb', '-x', join(archives, name), tree] })
    }
    // Each program under its own name in the list of processes.
    await mkdir(join(tree, 'loaders'))
    for (const name of programs) await cp(join(tree, loader), join(tree, 'loaders', name), { dereference: true })
    await rename(tree, root)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
