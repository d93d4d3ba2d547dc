import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { breakKunitCase } from '../../scripts/quickstart/example-change.ts'
import { sharedBuild } from './shared-kernel.ts'
import { withLock } from './with-lock.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache')

/**
 * Lays a changed file over the tree's and a copy over the objects, both seen by
 * this one command only: make then compiles one file, with the same paths and so
 * the same flags, and the shared tree and objects stay as they are.
 */
const overlay = 'mount --bind "$1" "$2" && mount --bind "$3" "$4" && shift 4 && exec "$@"'

/** Path of a build directory of the shared x86_64 kernel in which one KUnit case fails; built once. */
export async function brokenBuild(caseName: string): Promise<string> {
  const good = await sharedBuild('x86_64')
  const output = `${good}.${caseName}`
  return withLock(join(cache, 'locks', 'kernel-broken'), async () => {
    if (await isDone(output)) return output
    const objects = [`${good}.objects`, join(cache, 'quickstart/build')].find((folder) =>
      existsSync(join(folder, 'vmlinux')),
    )
    if (objects === undefined) throw new Error(`the objects of ${good} are gone; remove it to build it again`)
    const tree = await readlink(join(objects, 'source'))
    const { file, changed } = await breakKunitCase(tree, caseName)
    await mkdir(dirname(output), { recursive: true })
    const scratch = await mkdtemp(`${output}-`)
    try {
      const copy = join(scratch, 'objects')
      await cp(objects, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
      await writeFile(join(scratch, 'changed.c'), changed)
      const build = [
        [join(root, 'bin/lkft'), 'build', '--source', tree, '--target-arch', 'x86_64', '--kernel-image', 'bzImage'],
        [
          '--name',
          'broken',
          '--kconfig',
          'tinyconfig',
          '--kconfig-add',
          join(root, 'examples/kconfig/qemu-x86_64.config'),
        ],
        ['--output-dir', output, '--build-dir', objects, 'kernel'],
      ].flat()
      const user = process.getuid?.() === 0 ? [] : ['--map-root-user']
      const places = [join(scratch, 'changed.c'), join(tree, file), copy, objects]
      await run('unshare', [...user, '--mount', 'sh', '-c', overlay, 'sh', ...places, ...build], { maxBuffer: 1 << 28 })
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
    return output
  })
}

async function isDone(output: string): Promise<boolean> {
  const text = await readFile(join(output, 'build.json'), 'utf8').catch(() => '{}')
  const record = JSON.parse(text) as { state?: string; verdict?: string }
  return record.state === 'done' && record.verdict === 'pass'
}
