import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** All that the tiny tree's Makefile calls. */
const programs = [
  'cat',
  'cp',
  'date',
  'echo',
  'env',
  'grep',
  'head',
  'make',
  'mkdir',
  'mktemp',
  'mv',
  'rm',
  'sed',
  'sh',
  'sleep',
  'sort',
  'tail',
  'touch',
  'uname',
]

/**
 * Makes a container image of a few megabytes from this machine's own make and
 * shell, enough for the tiny tree; quick to push and pull.
 *
 * @param mark something that makes its bytes differ from those of other calls
 * @param without programs that it shall lack
 */
export async function makeTinyImage(
  image: string,
  env: Readonly<Record<string, string>>,
  mark: string,
  without: readonly string[] = [],
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'lkft-tiny-image-'))
  try {
    // The root of the image: a container's user need not be root.
    await chmod(root, 0o755)
    for (const folder of ['usr/bin', 'tmp', 'etc']) await mkdir(join(root, folder), { recursive: true })
    await symlink('usr/bin', join(root, 'bin'))
    const wanted = new Set<string>()
    for (const name of programs.filter((each) => !without.includes(each))) {
      const { stdout: path } = await run('sh', ['-c', 'command -v "$1"', 'sh', join('/usr/bin', name)])
      await copyFile(path.trim(), join(root, 'usr/bin', name))
      const { stdout } = await run('ldd', [path.trim()]).catch(() => ({ stdout: '' }))
      for (const [library] of stdout.matchAll(/\/\S+/g)) wanted.add(library)
    }
    for (const library of wanted) {
      await mkdir(dirname(join(root, library)), { recursive: true })
      await copyFile(library, join(root, library))
    }
    const script =
      'echo "$3" > "$1/etc/mark"; chmod 1777 "$1/tmp"; tar --numeric-owner --owner=0 --group=0 -C "$1" -c . | podman import --quiet - "$2"'
    await run('sh', ['-c', script, 'sh', root, image, mark], { env: { ...process.env, ...env } })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
