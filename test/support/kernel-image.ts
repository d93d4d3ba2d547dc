import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withLock } from './with-lock.ts'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '../../.cache')

/** What every kernel build needs, as packages of Debian, with gcc and clang for x86_64 and arm64. */
const packages = [
  'bc',
  'bison',
  'ccache',
  'clang',
  'cpio',
  'flex',
  'gcc',
  'gcc-aarch64-linux-gnu',
  'git',
  'kmod',
  'libc6-dev',
  'libelf-dev',
  'libssl-dev',
  'lld',
  'llvm',
  'make',
  'perl-base',
  'python3-minimal',
  'rsync',
  'xz-utils',
  'zstd',
]

export interface KernelImage {
  readonly image: string
  /** Environment that podman needs to find the image: its storage is under .cache, not the machine's. */
  readonly env: Readonly<Record<string, string>>
}

/** A container image made here from Debian's packages; made once. `name` tells images of other package sets apart. */
export async function kernelImage(name = 'bookworm-two-compilers', more: readonly string[] = []): Promise<KernelImage> {
  const env = await podmanEnvironment()
  const image = `localhost/lkft-kernel-build:${name}`
  await withLock(join(cache, 'locks', `image-${name}`), async () => {
    const known = await podman(env, 'image', 'exists', image).then(
      () => true,
      () => false,
    )
    if (!known) await makeImage(image, [...packages, ...more], env)
  })
  return { image, env }
}

/** Every compiler that Debian 12 has for the architectures of the build matrix, and what perf and packages need. */
const crossPackages = [
  'build-essential',
  'debhelper',
  'fakeroot',
  'gcc-arm-linux-gnueabihf',
  'gcc-i686-linux-gnu',
  'gcc-powerpc64le-linux-gnu',
  'gcc-riscv64-linux-gnu',
  'gcc-s390x-linux-gnu',
  'libdw-dev',
  'python3',
]

/** The image of the build matrix; a gigabyte, made once. */
export async function crossImage(): Promise<KernelImage> {
  return kernelImage('cross', crossPackages)
}

/** Runs podman on the project's own storage. */
export async function podman(env: Readonly<Record<string, string>>, ...words: string[]): Promise<string> {
  return (await run('podman', words, { env: { ...process.env, ...env }, maxBuffer: 1 << 26 })).stdout
}

/** Containers, running or not, that mount something below a folder: other tests have theirs on the same storage. */
export async function containersOn(env: Readonly<Record<string, string>>, folder: string): Promise<readonly string[]> {
  const ids = (await podman(env, 'ps', '--all', '--quiet', '--filter', 'name=lkft-')).split('\n').filter(Boolean)
  const found: string[] = []
  for (const id of ids) {
    const format = '--format={{.Name}} {{range .Mounts}}{{.Source}} {{end}}'
    // One that is gone meanwhile was somebody else's.
    const facts = await podman(env, 'inspect', format, id).catch(() => '')
    if (facts.includes(`${folder}/`) || facts.includes(`${folder} `)) found.push(facts.trim())
  }
  return found
}

async function makeImage(
  image: string,
  include: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  // Not below the project: debootstrap mounts /proc in it, and whoever walks the tree would walk that too.
  const root = await mkdtemp(join(tmpdir(), 'lkft-image-'))
  try {
    await run('debootstrap', ['--variant=minbase', `--include=${include.join(',')}`, 'bookworm', root], {
      maxBuffer: 1 << 26,
    })
    const script =
      'rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*; tar --numeric-owner --one-file-system -C "$1" -c . | podman import --quiet - "$2"'
    await run('sh', ['-c', script, 'sh', root, image], { env: { ...process.env, ...env } })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** What podman needs to work on the storage of the tests. */
export async function podmanEnvironment(): Promise<Readonly<Record<string, string>>> {
  const folder = join(cache, 'containers')
  await mkdir(folder, { recursive: true })
  const engine = existsSync('/usr/bin/crun') ? 'crun' : 'runc'
  const limits = 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]'
  await writeFile(join(folder, 'containers.conf'), `[containers]\n${limits}\n[engine]\nruntime = "${engine}"\n`)
  await writeFile(
    join(folder, 'storage.conf'),
    `[storage]\ndriver = "overlay"\ngraphroot = "${join(folder, 'storage')}"\nrunroot = "${join(folder, 'run')}"\n`,
  )
  return {
    CONTAINERS_CONF: join(folder, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
  }
}
