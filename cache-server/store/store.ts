import { rmSync } from 'node:fs'
import { writeAtomic } from '#files/write-atomic'
import type { DiskSettings } from '#cache-server/settings'
import { type Blobs, createBlobs } from '#cache-server/store/blobs'
import { createBufferPool, type BufferPool } from '#cache-server/store/buffer-pool'
import { type Counters, createCounters } from '#cache-server/store/counters'
import { createLayout, type Layout, lockDirectory } from '#cache-server/store/layout'
import { createObjects, type Objects } from '#cache-server/store/objects'
import { reconcile } from '#cache-server/store/reconcile'
import { type Resource, toRecord } from '#cache-server/store/resource'
import { createResources, type Resources } from '#cache-server/store/resources'
import { openIndex } from '#cache-server/store/schema'
import { createSpace, type Space } from '#cache-server/store/space'
import type { DatabaseSync } from 'node:sqlite'

/** Everything that lasts: the index, the blobs, their records and the counters. */
export interface Store {
  readonly database: DatabaseSync
  readonly layout: Layout
  readonly pool: BufferPool
  readonly blobs: Blobs
  readonly resources: Resources
  readonly objects: Objects
  readonly counters: Counters
  readonly space: Space
  /** Puts a resource into the index and its record file. */
  readonly save: (resource: Resource) => Promise<void>
  /** Removes a resource, and its blob when no other name leads to it. */
  readonly remove: (resource: Resource) => void
  /** Removes a blob when nothing names it any more. */
  readonly collect: (digest: string) => void
  /** Removes a blob and every name that leads to it. */
  readonly forget: (digest: string) => void
  readonly flush: () => void
  readonly close: () => void
}

/**
 * Opens or makes a server directory and puts right what a crash left behind.
 *
 * @throws LkftError NOT_WRITABLE
 */
export async function openStore(directory: string, disk: DiskSettings, now: () => number): Promise<Store> {
  const unlock = lockDirectory(directory)
  try {
    const layout = createLayout(directory)
    const { database, fresh } = openIndex(layout.index)
    await reconcile(database, layout, fresh, now())
    return assemble(database, layout, disk, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

function assemble(database: DatabaseSync, layout: Layout, disk: DiskSettings, unlock: () => void): Store {
  const pool = createBufferPool(64)
  const blobs = createBlobs(database, layout, pool)
  const resources = createResources(database)
  const objects = createObjects(database, layout)
  const counters = createCounters(database)
  const named = database.prepare(
    'SELECT EXISTS (SELECT 1 FROM resources WHERE digest = ?1) OR EXISTS (SELECT 1 FROM objects WHERE digest = ?1) AS named',
  )
  const dropRecord = (resource: Resource): void => {
    resources.remove(resource.key)
    rmSync(layout.recordFile(resource.key), { force: true })
  }
  const forget = (digest: string): void => {
    for (const resource of resources.byDigest(digest)) dropRecord(resource)
    objects.forget(digest)
    blobs.remove(digest)
  }
  const collect = (digest: string): void => {
    const { named: still } = named.get(digest) as { named: number }
    if (still === 0) blobs.remove(digest)
  }
  const flush = (): void => {
    resources.flush()
    objects.flush()
    counters.flush()
  }
  return {
    database,
    layout,
    pool,
    blobs,
    resources,
    objects,
    counters,
    space: createSpace(database, layout.root, blobs, disk, forget),
    save: async (resource) => {
      const before = resources.get(resource.key)?.digest
      resources.put(resource)
      if (resource.digest !== undefined) await writeAtomic(layout.recordFile(resource.key), toRecord(resource))
      if (before !== undefined && before !== resource.digest) collect(before)
    },
    remove: (resource) => {
      dropRecord(resource)
      if (resource.digest !== undefined) collect(resource.digest)
    },
    collect,
    forget,
    flush,
    close: () => {
      flush()
      database.exec('UPDATE blobs SET checked_at = created_at WHERE checked_at = 0')
      database.close()
      unlock()
    },
  }
}
