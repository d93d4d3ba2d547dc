import { stat } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { downloadFile } from '#fetch/download-file'
import { readStage } from '#files/stage-directory'
import { fetchBuildRecord } from '#lab/fetch-build-record'
import { extractDeviceTree } from '#lab/extract-device-tree'
import type { LabRequest } from '#lab/lab-request'
import type { StageContext } from '#log/reporter'
import type { Board, Build } from '#schema/documents'

/** What of a build a board needs, as files on this machine. */
export interface Artifacts {
  readonly kernel: string
  /** Device tree to load; absent: the board's own. */
  readonly deviceTree?: string
  readonly modules?: string
  /** The root file system that was asked for; absent: lkft's own. */
  readonly rootfs?: string
  /** Absent when only a kernel file was given. */
  readonly build?: Build
}

/**
 * Finds, or fetches through the cache server, all that the board will get. Nothing of a board is touched here.
 *
 * @param folder for what is fetched or unpacked
 * @throws LkftError for what is missing, unfinished or not a build; FETCH_FAILED
 */
export async function gatherArtifacts(
  request: LabRequest,
  board: Board,
  folder: string,
  context: StageContext,
): Promise<Artifacts> {
  const rootfs = request.rootfs ?? board.rootfs
  return {
    ...(await gatherBuild(request, board, folder, context)),
    ...(rootfs === undefined ? {} : { rootfs: await localFile(rootfs, folder, request.cacheServer, context) }),
  }
}

async function gatherBuild(
  { build: from, cacheServer }: LabRequest,
  board: Board,
  folder: string,
  context: StageContext,
): Promise<Artifacts> {
  const isDirectory = isUrl(from) ? from.endsWith('/') : await stat(from).then((entry) => entry.isDirectory(), missing)
  if (!isDirectory) return { kernel: await localFile(from, folder, cacheServer, context) }
  const build = isUrl(from)
    ? await fetchBuildRecord(from, folder, cacheServer, context)
    : await readStage('build', from)
  const get = async (name: string): Promise<string> => {
    if (!isUrl(from)) return join(from, name)
    const sha256 = build.artifacts.find((artifact) => artifact.name === name)?.sha256
    const file = join(folder, basename(name))
    await downloadFile({ url: new URL(encodeName(name), from).href, file, sha256, cacheServer }, context)
    return file
  }
  if (build.kernel === null) {
    throw new LkftError('BAD_ARGUMENT', `${from}: this build has no bootable kernel (its verdict is ${build.verdict})`)
  }
  const archive = (kind: string): string | undefined => build.artifacts.find((artifact) => artifact.kind === kind)?.name
  const [modules, trees] = [archive('modules'), archive('dtbs')]
  const wanted = board.bootloader.fdt
  if (wanted !== undefined && trees === undefined) {
    throw new LkftError('BAD_ARGUMENT', `${from}: the board wants ${wanted}, but this build has no device trees`, {
      hint: "Build the target 'dtbs', or take 'bootloader/fdt' out of the board file.",
    })
  }
  return {
    build,
    kernel: await get(build.kernel),
    ...(modules === undefined ? {} : { modules: await get(modules) }),
    ...(wanted === undefined || trees === undefined
      ? {}
      : { deviceTree: await extractDeviceTree(await get(trees), wanted, folder, context.signal) }),
  }
}

async function localFile(
  from: string,
  folder: string,
  cacheServer: string | undefined,
  context: StageContext,
): Promise<string> {
  if (isUrl(from)) {
    const file = join(folder, posix.basename(new URL(from).pathname) || 'file')
    await downloadFile({ url: from, file, cacheServer }, context)
    return file
  }
  const entry = await stat(from).catch(missing)
  if (entry !== false && entry.isFile()) return from
  throw new LkftError('BAD_ARGUMENT', `no such file: ${from}`)
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

function missing(): false {
  return false
}

/** An artifact's name is a file inside the build: anything else is refused. */
function encodeName(name: string): string {
  const parts = name.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new LkftError('BAD_DOCUMENT', `build.json names an artifact outside of its directory: ${name}`)
  }
  return parts.map(encodeURIComponent).join('/')
}
