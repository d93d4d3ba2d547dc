import { createHash } from 'node:crypto'
import { type Bucket, blobKey } from '#cache-server/tier/bucket'
import type { Store } from '#cache-server/store/store'

/** A body without a byte for so long is given up by the bucket's client; this bounds the whole. */
const longestMs = 600_000

/** Bytes not yet on the disk above which the bucket is paused. */
const mostPending = 8 * 2 ** 20

/** Copies a blob from the bucket to the disk; false when it is not there, is another, or does not fit. */
export async function pullBlob(bucket: Bucket, store: Store, digest: string, size: number): Promise<boolean> {
  const reservation = await store.space.reserve(size)
  if (reservation.room !== 'granted') return false
  try {
    const exchange = await bucket.get(blobKey(digest), AbortSignal.timeout(longestMs))
    if (exchange === undefined) return false
    const incoming = await store.blobs.create()
    try {
      const hash = createHash('sha256')
      let received = 0
      let pending = 0
      let written = Promise.resolve()
      const write = async (before: Promise<void>, chunk: Buffer, at: number): Promise<void> => {
        await before
        await incoming.handle.write(chunk, 0, chunk.length, at)
        pending -= chunk.length
        if (pending < mostPending / 2) exchange.resume()
      }
      await exchange.readBody((chunk) => {
        const at = received
        hash.update(chunk)
        received += chunk.length
        pending += chunk.length
        if (pending > mostPending) exchange.pause()
        written = write(written, chunk, at)
        written.catch(() => exchange.abort())
      })
      await written
      if (received !== size || hash.digest('hex') !== digest) {
        await store.blobs.discard(incoming)
        return false
      }
      await store.blobs.commit(incoming, digest, size, Date.now())
      store.counters.add('tier_hits')
      return true
    } catch (error) {
      await store.blobs.discard(incoming)
      throw error
    } finally {
      await incoming.handle.close()
    }
  } finally {
    reservation.release()
  }
}
