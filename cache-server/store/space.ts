import { statfs } from 'node:fs/promises'
import type { DatabaseSync } from 'node:sqlite'
import type { DiskSettings } from '#cache-server/settings'
import type { Blobs } from '#cache-server/store/blobs'

/** `full` is the quota's fault, `disk` the file system's. */
export type Room = 'granted' | 'full' | 'disk'

/** Bytes promised to a write before it begins; `grow` asks for more when the length was not known. */
export interface Reservation {
  readonly room: Room
  readonly grow: (bytes: number) => boolean
  readonly release: () => void
}

export interface Space {
  readonly reserve: (bytes: number) => Promise<Reservation>
  /** Removes what is idle above the soft mark. */
  readonly clean: (now: number) => number
  /** Free bytes of the file system that are left to others. */
  readonly reserved: () => number
}

/** Left free on the file system, so that the index and its neighbours go on working. */
const spareBytes = 64 * 2 ** 20

interface Candidate {
  digest: string
  size: number
  last_usage: number
}

/**
 * Keeps the blobs within the quota: least recently used first, never a pinned one.
 *
 * @param forget removes every name of a blob and then the blob
 */
export function createSpace(
  database: DatabaseSync,
  root: string,
  blobs: Blobs,
  settings: DiskSettings,
  forget: (digest: string) => void,
): Space {
  let reserved = 0
  const oldest = database.prepare(
    `SELECT digest, size, last_usage FROM blobs WHERE NOT EXISTS
     (SELECT 1 FROM resources WHERE resources.digest = blobs.digest AND pinned = 1)
     AND NOT EXISTS (SELECT 1 FROM objects WHERE objects.digest = blobs.digest AND namespace LIKE 'artifact:%')
     ORDER BY last_usage LIMIT 100`,
  )
  const evict = (until: () => boolean, idleBefore: number): number => {
    let removed = 0
    while (!until()) {
      const candidates = (oldest.all() as unknown as Candidate[]).filter(({ last_usage: used }) => used <= idleBefore)
      if (candidates.length === 0) break
      for (const { digest, size } of candidates) {
        if (until()) break
        forget(digest)
        removed += size
      }
    }
    return removed
  }
  const fits = (bytes: number): boolean => {
    if (settings.quota === 0) return true
    if (bytes > settings.quota) return false
    const inside = (): boolean => blobs.used() + reserved + bytes <= settings.quota
    if (!inside()) evict(inside, Number.MAX_SAFE_INTEGER)
    return inside()
  }
  const refusal = (room: Room): Reservation => ({ room, grow: () => false, release: () => {} })
  return {
    reserve: async (bytes) => {
      if (!fits(bytes)) return refusal('full')
      let mine = bytes
      reserved += mine
      const disk = await statfs(root)
      const free = disk.bavail * disk.bsize
      if (free < reserved + spareBytes) {
        const wanted = reserved + spareBytes - free
        const before = blobs.used()
        evict(() => before - blobs.used() >= wanted, Number.MAX_SAFE_INTEGER)
        if (before - blobs.used() < wanted) {
          reserved -= mine
          return refusal('disk')
        }
      }
      return {
        room: 'granted',
        grow: (more) => {
          if (!fits(more)) return false
          mine += more
          reserved += more
          return true
        },
        release: () => {
          reserved -= mine
          mine = 0
        },
      }
    },
    clean: (now) => {
      if (settings.quota === 0) return 0
      const mark = (settings.quota * settings.softPercent) / 100
      return evict(() => blobs.used() <= mark, now - settings.idleSeconds * 1000)
    },
    reserved: () => reserved,
  }
}
