import { resolve } from 'node:path'
import type { BuildRequest } from '#build/build-request'
import { lockedDigest, readImageLock } from '#container/image-lock'
import { withDigest } from '#container/image-name'
import { LkftError } from '#errors/lkft-error'

/**
 * The image by the digest that lkft.lock has for it. One that is only a tag can be
 * another image tomorrow, so it is refused unless that was asked for; an image that
 * never comes from a registry (`podman-local`, `docker-local`) needs no digest.
 *
 * @throws LkftError BAD_ARGUMENT for an image without a digest
 */
export async function pinImage(image: string | undefined, request: BuildRequest): Promise<string | undefined> {
  if (image === undefined || /@sha256:[0-9a-f]{64}$/.test(image)) return image
  const file = resolve(request.lockFile)
  const digest = lockedDigest(await readImageLock(file), image)
  if (digest !== undefined) return withDigest(image, digest)
  if (request.allowUnpinned || request.runtime.endsWith('-local')) return image
  throw new LkftError('BAD_ARGUMENT', `the image ${image} has no digest in ${file}`, {
    hint: `Run 'lkft images lock ${image}', or say --allow-unpinned.`,
  })
}
