import type { BootRequest } from '#boot/boot-request'
import { embeddedRootfs, publishedRootfs } from '#boot/rootfs/catalogue'
import { readRootfsLock, rootfsLockName } from '#boot/rootfs/rootfs-lock'
import { LkftError } from '#errors/lkft-error'

/**
 * Puts a file's URL, with its sha256, in place of a name of the catalogue. A URL
 * that the lock file knows is held to its digest too.
 *
 * @throws LkftError BAD_ARGUMENT for a name whose bytes nobody has recorded, unless that is allowed
 */
export async function resolveRootfs(request: BootRequest): Promise<BootRequest> {
  const { rootfs, device } = request
  if (rootfs === undefined) return request
  if (rootfs === embeddedRootfs) return { ...request, rootfs: undefined }
  const row = publishedRootfs.find(({ name }) => name === rootfs)
  if (row === undefined && (!/^https?:\/\//i.test(rootfs) || rootfs.includes('#'))) return request
  if (row !== undefined && device !== undefined && row.device !== device) {
    throw new LkftError('BAD_ARGUMENT', `${row.name} is for ${row.device}, not for ${device}`)
  }
  const url = row?.url ?? rootfs
  const lock = await readRootfsLock(request.rootfsLock ?? rootfsLockName)
  const known = lock.files[url]
  if (known !== undefined) return { ...request, rootfs: `${url}#sha256=${known.sha256}` }
  if (row === undefined || request.allowUnpinned === true) return { ...request, rootfs: url }
  throw new LkftError('BAD_ARGUMENT', `the bytes of ${row.name} are not known: no lock file has its sha256`, {
    hint: `'lkft rootfs lock ${row.name}' records it; --allow-unpinned takes what comes.`,
  })
}
