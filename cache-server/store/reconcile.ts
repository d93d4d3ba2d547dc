import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { hashFile } from '#files/hash-file'
import type { Layout } from '#cache-server/store/layout'
import type { StoredObject } from '#cache-server/store/objects'
import { createObjects } from '#cache-server/store/objects'
import { fromRecord, type Resource } from '#cache-server/store/resource'
import { createResources } from '#cache-server/store/resources'

/**
 * Makes index and files agree, at start: rows whose blob is gone or has another
 * length are dropped, records that the index lost are read again, and blobs that
 * nothing names are removed. A blob that comes back from a record alone is
 * hashed first.
 */
export async function reconcile(database: DatabaseSync, layout: Layout, fresh: boolean, now: number): Promise<void> {
  const onDisk = listBlobs(layout)
  dropMissing(database, onDisk)
  await checkUnsynced(database, layout, now)
  await readRecords(database, layout, onDisk, fresh, now)
  removeUnnamed(database, layout, onDisk)
}

function listBlobs(layout: Layout): Map<string, number> {
  const found = new Map<string, number>()
  for (const folder of readdirSync(layout.blobs)) {
    for (const name of readdirSync(join(layout.blobs, folder))) {
      const file = join(layout.blobs, folder, name)
      if (/^[0-9a-f]{64}$/.test(name)) found.set(name, statSync(file).size)
      else rmSync(file, { recursive: true, force: true })
    }
  }
  return found
}

function dropMissing(database: DatabaseSync, onDisk: Map<string, number>): void {
  const rows = database.prepare('SELECT digest, size FROM blobs').all() as { digest: string; size: number }[]
  database.exec('BEGIN')
  for (const { digest, size } of rows) {
    if (onDisk.get(digest) === size) continue
    for (const table of ['blobs', 'resources', 'objects']) {
      database.prepare(`DELETE FROM ${table} WHERE digest = ?`).run(digest)
    }
  }
  database.exec('COMMIT')
}

/** What was not synced before a crash is believed only when its hash is right. */
async function checkUnsynced(database: DatabaseSync, layout: Layout, now: number): Promise<void> {
  const rows = database.prepare('SELECT digest FROM blobs WHERE checked_at = 0').all() as { digest: string }[]
  for (const { digest } of rows) {
    if ((await hashFile(layout.blobFile(digest)).catch(() => undefined)) === digest) {
      database.prepare('UPDATE blobs SET checked_at = ? WHERE digest = ?').run(now, digest)
      continue
    }
    for (const table of ['blobs', 'resources', 'objects']) {
      database.prepare(`DELETE FROM ${table} WHERE digest = ?`).run(digest)
    }
  }
}

async function readRecords(
  database: DatabaseSync,
  layout: Layout,
  onDisk: Map<string, number>,
  fresh: boolean,
  now: number,
): Promise<void> {
  const resources = createResources(database)
  const objects = createObjects(database, layout)
  const known = database.prepare('SELECT size FROM blobs WHERE digest = ?')
  const insert = database.prepare('INSERT OR REPLACE INTO blobs VALUES (?, ?, ?, ?, ?)')
  const trusted = async (digest: string): Promise<boolean> => {
    if (known.get(digest) !== undefined) return true
    const size = onDisk.get(digest)
    if (size === undefined || (await hashFile(layout.blobFile(digest))) !== digest) return false
    insert.run(digest, size, now, now, now)
    return true
  }
  for (const file of recordFiles(layout)) {
    const { resource, object } = readRecord(file)
    const digest = resource?.digest ?? object?.digest
    if (digest === undefined || !(await trusted(digest))) {
      rmSync(file, { force: true })
    } else if (resource !== undefined && (fresh || resources.get(resource.key) === undefined)) {
      resources.put({ ...resource, createdAt: Math.min(resource.createdAt, now) })
    } else if (object !== undefined && (fresh || objects.get(object.namespace, object.name) === undefined)) {
      await objects.put(object, false)
    }
  }
}

function* recordFiles(layout: Layout): Generator<string> {
  for (const folder of readdirSync(layout.records)) {
    for (const name of readdirSync(join(layout.records, folder))) yield join(layout.records, folder, name)
  }
}

function readRecord(file: string): { resource?: Resource | undefined; object?: StoredObject | undefined } {
  if (!file.endsWith('.json')) return {}
  const text = readFileSync(file, 'utf8')
  try {
    const value = JSON.parse(text) as { object?: StoredObject }
    return value.object === undefined ? { resource: fromRecord(text) } : { object: value.object }
  } catch {
    return {}
  }
}

function removeUnnamed(database: DatabaseSync, layout: Layout, onDisk: Map<string, number>): void {
  const named = database.prepare(
    'SELECT EXISTS (SELECT 1 FROM resources WHERE digest = ?1) OR EXISTS (SELECT 1 FROM objects WHERE digest = ?1) AS named',
  )
  const drop = database.prepare('DELETE FROM blobs WHERE digest = ?')
  for (const digest of onDisk.keys()) {
    if ((named.get(digest) as { named: number }).named === 1) continue
    rmSync(layout.blobFile(digest), { force: true })
    drop.run(digest)
  }
}
