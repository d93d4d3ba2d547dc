import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type Layout, syncFolder } from '#cache-server/store/layout'
import { createOpenBlobs, type OpenBlob } from '#cache-server/store/open-blobs'
import type { BufferPool } from '#cache-server/store/buffer-pool'

/** A file that is being written and is nothing yet. */
export interface Incoming {
  readonly file: string
  readonly handle: FileHandle
}

export interface CommitOptions {
  /**
   * False leaves the writing to the system, for small things that can be made
   * again; after a crash they are hashed before they are believed.
   */
  readonly sync: boolean
}

/** Contents by their sha256: each is stored once, however many names lead to it. */
export interface Blobs {
  readonly size: (digest: string) => number | undefined
  readonly create: () => Promise<Incoming>
  /** Makes whole bytes permanent: fsync, rename, fsync of the folder, index. */
  readonly commit: (incoming: Incoming, digest: string, size: number, now: number, how?: CommitOptions) => Promise<void>
  readonly discard: (incoming: Incoming) => Promise<void>
  readonly open: (digest: string) => Promise<OpenBlob>
  readonly read: (digest: string) => Promise<Buffer>
  readonly file: (digest: string) => string
  readonly touch: (digest: string, now: number) => void
  readonly remove: (digest: string) => void
  readonly used: () => number
  readonly count: () => number
}

export function createBlobs(database: DatabaseSync, layout: Layout, pool: BufferPool): Blobs {
  const openBlobs = createOpenBlobs(pool)
  const select = database.prepare('SELECT size FROM blobs WHERE digest = ?')
  const insert = database.prepare(
    'INSERT OR REPLACE INTO blobs (digest, size, created_at, last_usage, checked_at) VALUES (?, ?, ?, ?, ?)',
  )
  const touch = database.prepare('UPDATE blobs SET last_usage = ? WHERE digest = ?')
  const removal = database.prepare('DELETE FROM blobs WHERE digest = ?')
  const total = database.prepare('SELECT coalesce(sum(size), 0) AS used, count(*) AS count FROM blobs')
  const sizeOf = (digest: string): number | undefined => (select.get(digest) as { size: number } | undefined)?.size
  let { used, count } = total.get() as { used: number; count: number }
  return {
    size: sizeOf,
    create: async () => {
      const file = join(layout.incoming, randomBytes(12).toString('hex'))
      return { file, handle: await open(file, 'wx+', 0o644) }
    },
    commit: async (incoming, digest, size, now, { sync } = { sync: true }) => {
      const target = layout.blobFile(digest)
      if (sizeOf(digest) === size && existsSync(target)) {
        await rm(incoming.file, { force: true })
        touch.run(now, digest)
        return
      }
      if (sync) await incoming.handle.sync()
      await mkdir(dirname(target), { recursive: true })
      await rename(incoming.file, target)
      if (sync) await syncFolder(dirname(target))
      if (sizeOf(digest) === undefined) {
        used += size
        count++
      }
      insert.run(digest, size, now, now, sync ? now : 0)
    },
    discard: async (incoming) => {
      await rm(incoming.file, { force: true })
    },
    open: (digest) => openBlobs.open(digest, layout.blobFile(digest)),
    read: (digest) => readFile(layout.blobFile(digest)),
    file: (digest) => layout.blobFile(digest),
    touch: (digest, now) => touch.run(now, digest),
    remove: (digest) => {
      const size = sizeOf(digest)
      rmSync(layout.blobFile(digest), { force: true })
      removal.run(digest)
      if (size === undefined) return
      used -= size
      count--
    },
    used: () => used,
    count: () => count,
  }
}
