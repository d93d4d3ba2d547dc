import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { silentReporter, type StageContext } from '#log/reporter'
import { copyTree } from '../../scripts/quickstart/copy-tree.ts'
import { withLock } from './with-lock.ts'

/** Architectures that tests share kernels of. */
export type SharedArchitecture = 'x86_64' | 'arm64' | 'riscv64'

const run = promisify(execFile)
const quiet: StageContext = { reporter: silentReporter, signal: new AbortController().signal }
const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache')

/** Debian's package with the tree, whose archive unpacks to a folder of the same name. */
const sourcePackage = 'linux-source-6.1'

interface SharedKernel {
  readonly targetArch: string
  readonly image: string
  /** Tree and object folder of the quickstart under .cache, so that its own test compiles only what it changes. */
  readonly quickstart?: { readonly tree: string; readonly objects: string }
}

const kernels: Readonly<Record<SharedArchitecture, SharedKernel>> = {
  arm64: { targetArch: 'arm64', image: 'Image' },
  riscv64: { targetArch: 'riscv', image: 'Image' },
  x86_64: {
    targetArch: 'x86_64',
    image: 'bzImage',
    quickstart: { tree: join(cache, 'quickstart/tree'), objects: join(cache, 'quickstart/build') },
  },
}

/**
 * Path of a finished lkft build directory of a small kernel with KUnit
 * (examples/kconfig/qemu-<arch>.config on tinyconfig), built with lkft itself.
 * Built once into .cache/kernels and reused while fragment and source are the
 * same; processes that ask at the same time wait for the one that builds.
 */
export async function sharedBuild(arch: SharedArchitecture): Promise<string> {
  const source = await sharedSource()
  const fragment = join(root, 'examples/kconfig', `qemu-${arch}.config`)
  const key = createHash('sha256')
    .update(await readFile(fragment))
    .update(await readFile(join(source, 'Makefile')))
    .digest('hex')
    .slice(0, 12)
  const output = join(cache, 'kernels', `${arch}-${key}`)
  return withLock(join(cache, 'locks', `kernel-${arch}`), async () => {
    if (await isDone(output)) return output
    const { targetArch, image, quickstart } = kernels[arch]
    const tree = quickstart === undefined ? source : await copyTree(source, quickstart.tree, quiet)
    // Kept, so that a test which changes one file of a copy need not compile the rest.
    const objects = quickstart?.objects ?? join(cache, 'kernels', `${arch}-${key}.objects`)
    const words = [
      ['build', '--source', tree, '--target-arch', targetArch, '--kernel-image', image, '--name', `shared-${arch}`],
      ['--kconfig', 'tinyconfig', '--kconfig-add', fragment, '--output-dir', output],
      ['--build-dir', objects, 'kernel', 'debugkernel'],
    ].flat()
    await run(join(root, 'bin/lkft'), words, { maxBuffer: 1 << 28 }).catch((error: { stderr?: string }) => {
      throw new Error(`the shared ${arch} kernel did not build, see ${output}/build.log\n${error.stderr ?? ''}`)
    })
    return output
  })
}

/** Path of an unpacked linux-source tree under .cache/source; nobody writes to it. */
export async function sharedSource(): Promise<string> {
  const tree = join(cache, 'source', sourcePackage)
  return withLock(join(cache, 'locks', 'source'), async () => {
    if (existsSync(join(tree, 'Makefile'))) return tree
    const folder = join(cache, 'source')
    const unpacking = join(folder, 'unpacking')
    await rm(unpacking, { recursive: true, force: true })
    await mkdir(unpacking, { recursive: true })
    const archive = await sourceArchive(folder)
    await run('tar', ['-xf', archive, '-C', unpacking])
    await rename(join(unpacking, sourcePackage), tree)
    await rm(unpacking, { recursive: true })
    return tree
  })
}

/** The archive of an installed package, else the package fetched by apt and opened here, not installed. */
async function sourceArchive(folder: string): Promise<string> {
  const installed = join('/usr/src', `${sourcePackage}.tar.xz`)
  if (existsSync(installed)) return installed
  await run('apt-get', ['download', sourcePackage], { cwd: folder })
  const { stdout } = await run('sh', ['-c', `ls ${sourcePackage}_*.deb`], { cwd: folder })
  await run('dpkg-deb', ['-x', stdout.trim().split('\n').at(-1) ?? '', 'package'], { cwd: folder })
  return join(folder, 'package', installed)
}

async function isDone(output: string): Promise<boolean> {
  const text = await readFile(join(output, 'build.json'), 'utf8').catch(() => '{}')
  const record = JSON.parse(text) as { state?: string; verdict?: string }
  return record.state === 'done' && record.verdict === 'pass'
}
