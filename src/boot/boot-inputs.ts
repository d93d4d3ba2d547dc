import { access, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { LkftError } from '#errors/lkft-error'
import { downloadFile } from '#fetch/download-file'
import { readStage } from '#files/stage-directory'
import type { StageContext } from '#log/reporter'
import type { Build, Run } from '#schema/documents'

/** The files of a boot on this machine, and where they came from. */
export interface BootInputs {
  readonly kernel: string
  readonly modules?: string
  /** The kernel's .config, when the build has it. */
  readonly config?: string
  readonly rootfs?: string
  readonly dtb?: string
  readonly bios?: string
  readonly overlays: readonly string[]
  /** Target architecture of the build; absent for a kernel file alone. */
  readonly arch?: string
  readonly facts: Omit<Run['kernel'], 'release' | 'sha256'>
}

/**
 * Finds the kernel and all that goes with it; what is a URL is downloaded into
 * `folder`.
 *
 * @throws LkftError for what is missing, unfinished or no build; FETCH_FAILED
 */
export async function gatherInputs(request: BootRequest, folder: string, context: StageContext): Promise<BootInputs> {
  const get = async (from: string | undefined): Promise<string | undefined> =>
    from === undefined ? undefined : localFile(from, folder, request.cacheServer, context)
  const build = request.build === undefined ? undefined : await readStage('build', request.build)
  const inBuild = (kind: string): string | undefined => {
    const name = build?.artifacts.find((artifact) => artifact.kind === kind)?.name
    return name === undefined ? undefined : join(request.build ?? '', name)
  }
  const kernel = (await get(request.kernel)) ?? kernelOf(request, build)
  await mustExist(kernel)
  const [modules, rootfs, dtb, bios, config] = await Promise.all([
    get(request.modules ?? inBuild('modules')),
    get(request.rootfs),
    get(request.dtb),
    get(request.bios),
    request.kernel === undefined ? get(inBuild('config')) : undefined,
  ])
  const overlays = await Promise.all((request.overlays ?? []).map(async (from) => (await get(from)) ?? from))
  return {
    kernel,
    overlays,
    ...(modules === undefined ? {} : { modules }),
    ...(config === undefined ? {} : { config }),
    ...(rootfs === undefined ? {} : { rootfs }),
    ...(dtb === undefined ? {} : { dtb }),
    ...(bios === undefined ? {} : { bios }),
    ...(build === undefined ? {} : { arch: build.request.target_arch }),
    facts: {
      file: basename(kernel),
      build: build?.name ?? null,
      commit: build?.source.git?.commit ?? null,
    },
  }
}

function kernelOf(request: BootRequest, build: Build | undefined): string {
  if (build === undefined || request.build === undefined) {
    throw new LkftError('BAD_ARGUMENT', 'neither --build nor --kernel was given', {
      hint: "Give a directory that 'lkft build' wrote, or a kernel image.",
    })
  }
  if (build.kernel !== null) return join(request.build, build.kernel)
  throw new LkftError(
    'BAD_ARGUMENT',
    `${request.build}: this build has no bootable kernel (its verdict is ${build.verdict})`,
  )
}

async function mustExist(kernel: string): Promise<void> {
  const entry = await stat(kernel).catch(() => undefined)
  if (entry?.isFile() === true && entry.size > 0) return
  throw new LkftError('BAD_ARGUMENT', `no such kernel: ${kernel}`)
}

async function localFile(
  from: string,
  folder: string,
  cacheServer: string | undefined,
  context: StageContext,
): Promise<string> {
  if (/^https?:\/\//i.test(from)) {
    const file = join(folder, basename(new URL(from).pathname) || 'file')
    await downloadFile({ url: from, file, cacheServer }, context)
    return file
  }
  const file = resolve(from.replace(/^file:\/\//, ''))
  await access(file).catch((error: unknown) => {
    throw new LkftError('BAD_ARGUMENT', `no such file: ${from}`, { cause: error })
  })
  return file
}
