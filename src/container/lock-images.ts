import { fetchDigest } from '#container/fetch-digest'
import type { ImageLock, LockedImage } from '#container/image-lock'
import { parseImageName } from '#container/image-name'
import { LkftError } from '#errors/lkft-error'

/**
 * Fetches the digest of each image and gives the lock with them. All or nothing:
 * a digest is only ever what a registry gave just now.
 *
 * @throws LkftError FETCH_FAILED, BAD_ARGUMENT
 */
export async function lockImages(
  lock: ImageLock,
  names: readonly string[],
  signal?: AbortSignal,
  now = new Date(),
): Promise<ImageLock> {
  const images: Record<string, LockedImage> = { ...lock.images }
  for (const name of names) {
    if (parseImageName(name).digest !== undefined) {
      throw new LkftError('BAD_ARGUMENT', `${name} has its digest already`, { hint: 'Name it by its tag.' })
    }
    images[name] = { digest: await fetchDigest(name, signal), locked: now.toISOString() }
  }
  return { version: 1, images }
}
