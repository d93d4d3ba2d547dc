import { access, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { joinPlace, splitPlace } from '#boot/overlay-place'
import { LkftError } from '#errors/lkft-error'
import { downloadFile } from '#fetch/download-file'
import { readStage } from '#files/stage-directory'
import type { StageContext } from '#log/reporter'
import type { Build, Run } from '#schema/documents'

/** What is asked for, each a path on this machine or a URL. */
export interface BootSources {
  /** Empty for a machine that runs already. */
  readonly kernel: string
  readonly modules?: string | undefined
  /** The kernel's .config, when the build has it. */
  readonly config?: string | undefined
  readonly rootfs?: string | undefined
  readonly dtb?: string | undefined
  readonly bios?: string | undefined
  readonly pflash: readonly string[]
  /** Each perhaps with its place, as `splitPlace` reads it; `modules` too. */
  readonly overlays: readonly string[]
  /** Target architecture of the build; absent for a kernel file alone. */
  readonly arch?: string | undefined
  readonly facts: Omit<Run['kernel'], 'release' | 'sha256'>
}

/**
 * Finds the kernel and all that goes with it, and checks what is on this machine.
 *
 * @throws LkftError for what is missing, unfinished or no build
 */
export async function findSources(request: BootRequest): Promise<BootSources> {
  const build = request.build === undefined ? undefined : await readStage('build', request.build)
  const inBuild = (kind: string): string | undefined => {
    const name = build?.artifacts.find((artifact) => artifact.kind === kind)?.name
    return name === undefined ? undefined : join(request.build ?? '', name)
  }
  const kernel = request.kernel ?? kernelOf(request, build)
  const ownModules = request.kernel === undefined ? inBuild('modules') : undefined
  const sources: BootSources = {
    kernel,
    modules: request.modules ?? ownModules,
    config: request.kernel === undefined ? inBuild('config') : undefined,
    rootfs: request.rootfs,
    dtb: request.dtb,
    bios: request.bios,
    pflash: request.pflash ?? [],
    overlays: request.overlays ?? [],
    arch: build?.request.target_arch,
    facts: { file: basename(kernel), build: build?.name ?? null, commit: build?.source.git?.commit ?? null },
  }
  const { modules, config, rootfs, dtb, bios, pflash, overlays } = sources
  const placed = [modules, ...overlays].map((one) => (one === undefined ? undefined : splitPlace(one).from))
  for (const from of [kernel, config, rootfs, dtb, bios, ...pflash, ...placed]) {
    if (from !== undefined) await mustExist(from)
  }
  return sources
}

/** Downloads what is a URL into `folder`; gives paths. @throws LkftError FETCH_FAILED */
export async function fetchSources(
  sources: BootSources,
  cacheServer: string | undefined,
  folder: string,
  context: StageContext,
): Promise<BootSources> {
  let fetched = 0
  const get = async (from: string): Promise<string> => {
    if (!isUrl(from)) return pathOf(from)
    const { url, sha256 } = readPin(from)
    // Two URLs may end in the same name.
    fetched += 1
    const file = join(folder, `fetched-${fetched}`, basename(new URL(url).pathname) || 'file')
    await downloadFile({ url, sha256, file, cacheServer }, context)
    return file
  }
  const maybe = async (from: string | undefined): Promise<string | undefined> =>
    from === undefined ? undefined : get(from)
  const all = async (list: readonly string[]): Promise<readonly string[]> => {
    const files: string[] = []
    for (const from of list) files.push(await get(from))
    return files
  }
  const placed = async (text: string): Promise<string> => {
    const { from, place } = splitPlace(text)
    return joinPlace(await get(from), place)
  }
  const overlays: string[] = []
  for (const overlay of sources.overlays) overlays.push(await placed(overlay))
  return {
    ...sources,
    kernel: sources.kernel === '' ? '' : await get(sources.kernel),
    modules: sources.modules === undefined ? undefined : await placed(sources.modules),
    config: await maybe(sources.config),
    rootfs: await maybe(sources.rootfs),
    dtb: await maybe(sources.dtb),
    bios: await maybe(sources.bios),
    pflash: await all(sources.pflash),
    overlays,
  }
}

function kernelOf(request: BootRequest, build: Build | undefined): string {
  if (build === undefined || request.build === undefined) {
    throw new LkftError('BAD_ARGUMENT', 'neither --build nor --kernel was given', {
      hint: "Give a directory that 'lkft build' wrote, or a kernel image.",
    })
  }
  if (build.kernel !== null) return join(request.build, build.kernel)
  const message = `${request.build}: this build has no bootable kernel (its verdict is ${build.verdict})`
  throw new LkftError('BAD_ARGUMENT', message)
}

/** @throws LkftError BAD_ARGUMENT for a file that is not there, empty or not readable; a URL is not looked at */
export async function mustExist(from: string): Promise<void> {
  if (isUrl(from)) return
  const file = pathOf(from)
  const entry = await stat(file).catch(() => undefined)
  if (entry === undefined) throw new LkftError('BAD_ARGUMENT', `no such file: ${from}`)
  if (!entry.isFile() || entry.size === 0) throw new LkftError('BAD_ARGUMENT', `${from} is no file, or an empty one`)
  await access(file).catch((error: unknown) => {
    throw new LkftError('BAD_ARGUMENT', `cannot read ${from}`, { cause: error })
  })
}

/** Splits `URL#sha256=DIGITS`. @throws LkftError BAD_ARGUMENT when the digits are not a sha256 */
function readPin(from: string): { readonly url: string; readonly sha256?: string } {
  const at = from.indexOf('#')
  if (at < 0) return { url: from }
  const [, sha256] = /^#sha256=([0-9a-fA-F]{64})$/.exec(from.slice(at)) ?? []
  if (sha256 !== undefined) return { url: from.slice(0, at), sha256 }
  throw new LkftError('BAD_ARGUMENT', `${from}: behind # stands no sha256 of 64 hexadecimal digits`)
}

function isUrl(from: string): boolean {
  return /^https?:\/\//i.test(from)
}

function pathOf(from: string): string {
  return resolve(from.replace(/^file:\/\//, ''))
}
