import type { Artifacts } from '#lab/gather-artifacts'
import type { LabRequest } from '#lab/lab-request'
import type { StageContext } from '#log/reporter'
import type { Board } from '#schema/documents'
import { defaultCacheDirectory } from '#files/cache-directory'
import { makeRootfs } from '#suites/make-rootfs'

/** The ramdisk that the board gets: the root file system that was asked for, or lkft's own. */
export async function prepareRamdisk(
  request: LabRequest,
  board: Board,
  artifacts: Artifacts,
  _folder: string,
  context: StageContext,
): Promise<string> {
  if (artifacts.rootfs !== undefined) return artifacts.rootfs
  const cacheDirectory = request.cacheDirectory ?? defaultCacheDirectory()
  return makeRootfs({ arch: board.arch, cacheDirectory }, context)
}
