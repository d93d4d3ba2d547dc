import { join } from 'node:path'
import { defaultCacheDirectory } from '#files/cache-directory'
import type { Artifacts } from '#lab/gather-artifacts'
import type { LabRequest } from '#lab/lab-request'
import type { StageContext } from '#log/reporter'
import type { Board } from '#schema/documents'
import { joinArchives, makeOverlay } from '#suites/make-overlay'
import { makeRootfs } from '#suites/make-rootfs'

/** The ramdisk that the board gets: the root file system that was asked for, or lkft's own, with the modules over it. */
export async function prepareRamdisk(
  request: LabRequest,
  board: Board,
  { rootfs, modules }: Artifacts,
  folder: string,
  context: StageContext,
): Promise<string> {
  const cacheDirectory = request.cacheDirectory ?? defaultCacheDirectory()
  const base = rootfs ?? (await makeRootfs({ arch: board.arch, cacheDirectory }, context))
  if (modules === undefined) return base
  const over = await makeOverlay(modules, cacheDirectory, context.signal)
  return joinArchives([base, over], join(folder, 'ramdisk.cpio'))
}
