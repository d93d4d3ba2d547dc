import { existsSync } from 'node:fs'
import { glob, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { downloadFile } from '#fetch/download-file'
import { runForOutput } from '#process/run-command'

/** A kernel tree that its user may read but not change. */
export interface KernelSource {
  readonly directory: string
  /** Where it came from, for people. */
  readonly origin: string
}

/**
 * Finds or fetches the kernel tree: a directory as it is, a git URL (shallow
 * clone), a tarball URL, or without `wanted` Debian's newest linux-source, else
 * kernel.org's newest longterm release. Unpacked trees stay under `cache`.
 *
 * @throws LkftError NOT_A_KERNEL_TREE, FETCH_FAILED
 */
export async function findKernelSource(
  wanted: string | undefined,
  cache: string,
  context: StageContext,
): Promise<KernelSource> {
  await mkdir(cache, { recursive: true })
  if (wanted === undefined) {
    const packaged = await newestPackagedTarball()
    if (packaged !== undefined) return unpack(packaged, cache, context)
    return fetchTarball(await newestLongterm(), cache, context)
  }
  if (/\.tar\.(xz|gz|zst|bz2)$/.test(wanted)) {
    return /^https?:/.test(wanted) ? fetchTarball(wanted, cache, context) : unpack(resolve(wanted), cache, context)
  }
  if (/^(https?|git|ssh|file):\/\//.test(wanted)) return cloneTree(wanted, cache, context)
  return { directory: checkTree(resolve(wanted)), origin: resolve(wanted) }
}

function checkTree(directory: string): string {
  if (
    existsSync(join(directory, 'Kbuild')) &&
    existsSync(join(directory, 'Kconfig')) &&
    existsSync(join(directory, 'Makefile'))
  ) {
    return directory
  }
  throw new LkftError('NOT_A_KERNEL_TREE', `${directory} is no kernel tree: it has no Makefile, Kbuild and Kconfig`)
}

async function newestPackagedTarball(): Promise<string | undefined> {
  const found: string[] = []
  for await (const file of glob(
    '/usr/src/linux-source-*{.tar.xz,.tar.bz2,/linux-source-*.tar.bz2,/linux-source-*.tar.xz}',
  )) {
    found.push(file)
  }
  return found.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
}

/** The tarball of the newest longterm release that kernel.org names. */
async function newestLongterm(): Promise<string> {
  const answer = await fetch('https://www.kernel.org/releases.json', { signal: AbortSignal.timeout(30_000) }).catch(
    () => undefined,
  )
  const { releases = [] } = ((await answer?.json()) ?? {}) as { releases?: { moniker: string; source: string }[] }
  const longterm = releases.find(({ moniker }) => moniker === 'longterm')
  if (longterm !== undefined) return longterm.source
  throw new LkftError('FETCH_FAILED', 'no kernel tree: apt has no linux-source, and kernel.org cannot be reached', {
    hint: 'Name one with --source DIR.',
  })
}

async function fetchTarball(url: string, cache: string, context: StageContext): Promise<KernelSource> {
  const file = join(cache, basename(new URL(url).pathname))
  if (!existsSync(file)) {
    context.reporter.section(`download ${url}`)
    await downloadFile({ url, file }, context)
  }
  return { ...(await unpack(file, cache, context)), origin: url }
}

async function unpack(tarball: string, cache: string, context: StageContext): Promise<KernelSource> {
  const { mtimeMs, size } = await stat(tarball).catch((error: unknown) => {
    throw new LkftError('BAD_ARGUMENT', `${tarball} cannot be read`, { cause: error })
  })
  // The size and time of the tarball are part of the name, so a newer package is unpacked anew.
  const target = join(cache, `${basename(tarball).replace(/\.tar\.\w+$/, '')}-${size}-${Math.round(mtimeMs)}`)
  if (existsSync(target)) return { directory: checkTree(target), origin: tarball }
  context.reporter.section(`unpack ${tarball}`)
  const folder = await mkdtemp(join(cache, 'unpack-'))
  try {
    await runForOutput({ argv: ['tar', '-xf', tarball, '-C', folder, '--no-same-owner'] }, { signal: context.signal })
    const [top, ...others] = await readdir(folder)
    if (top === undefined || others.length > 0)
      throw new LkftError('NOT_A_KERNEL_TREE', `${tarball} holds no single folder`)
    checkTree(join(folder, top))
    await rename(join(folder, top), target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { directory: target, origin: tarball }
}

async function cloneTree(url: string, cache: string, context: StageContext): Promise<KernelSource> {
  const target = join(cache, `git-${encodeURIComponent(url)}`)
  if (!existsSync(target)) {
    context.reporter.section(`clone ${url}`)
    const folder = await mkdtemp(join(cache, 'clone-'))
    try {
      await runForOutput(
        { argv: ['git', 'clone', '--quiet', '--depth', '1', '--', url, folder] },
        { signal: context.signal },
      )
      await rename(folder, target)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return { directory: checkTree(target), origin: url }
}
