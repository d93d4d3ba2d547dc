import { hashFile } from '#files/hash-file'
import type { Store } from '#cache-server/store/store'

export interface Verified {
  readonly blobs: number
  readonly bytes: number
  /** Digests of contents that were not what they must be; they are gone now. */
  readonly damaged: readonly string[]
}

interface Row {
  digest: string
  size: number
}

/** Hashes every blob again; a damaged one is removed with all its names, so that it is fetched anew. */
export async function verifyAll(store: Store, now: () => number, signal?: AbortSignal): Promise<Verified> {
  const rows = store.database.prepare('SELECT digest, size FROM blobs ORDER BY checked_at').all() as unknown as Row[]
  const damaged: string[] = []
  let bytes = 0
  for (const { digest, size } of rows) {
    if (signal?.aborted === true) break
    if (!(await verifyBlob(store, digest, now()))) damaged.push(digest)
    bytes += size
  }
  return { blobs: rows.length, bytes, damaged }
}

/** Whether a blob is still whole; a damaged one is removed with all its names. */
export async function verifyBlob(store: Store, digest: string, now: number): Promise<boolean> {
  const found = await hashFile(store.blobs.file(digest)).catch(() => undefined)
  if (found === digest) {
    store.database.prepare('UPDATE blobs SET checked_at = ? WHERE digest = ?').run(now, digest)
    return true
  }
  if (store.blobs.size(digest) !== undefined) {
    store.forget(digest)
    store.counters.add('damaged')
  }
  return false
}

/** Every blob is hashed again after so long. */
const scrubAfterMs = 7 * 86_400_000

/** Verifies the one blob that was not looked at for longest, when that is long ago; for the upkeep. */
export async function scrubNext(store: Store, now: number): Promise<void> {
  const row = store.database
    .prepare('SELECT digest FROM blobs WHERE checked_at > 0 AND checked_at < ? ORDER BY checked_at LIMIT 1')
    .get(now - scrubAfterMs) as Row | undefined
  if (row !== undefined) await verifyBlob(store, row.digest, now)
}
