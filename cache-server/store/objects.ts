import { rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { writeAtomic } from '#files/write-atomic'
import type { Layout } from '#cache-server/store/layout'
import { keyOf } from '#cache-server/store/resource'

/** A named content that a client put here: a compiler's object, a cache entry, an artifact. */
export interface StoredObject {
  readonly namespace: string
  readonly name: string
  readonly digest: string
  readonly size: number
  readonly createdAt: number
  readonly lastUsage: number
  /** The token or scope that wrote it. */
  readonly owner: string
  /** What the service keeps beside it. */
  readonly record: Readonly<Record<string, unknown>>
}

export interface Objects {
  readonly get: (namespace: string, name: string) => StoredObject | undefined
  /** @param durable keeps a record file, so that a lost index can be made again; not worth it for compiler objects */
  readonly put: (object: StoredObject, durable: boolean) => Promise<void>
  readonly remove: (namespace: string, name: string) => string | undefined
  readonly list: (namespace: string) => readonly StoredObject[]
  /** Names that begin with a prefix, newest first. */
  readonly startingWith: (namespace: string, prefix: string) => readonly StoredObject[]
  readonly used: (namespace: string, owner?: string) => number
  readonly oldest: (namespace: string, count: number) => readonly StoredObject[]
  readonly touch: (namespace: string, name: string, now: number) => void
  readonly forget: (digest: string) => void
  readonly flush: () => void
}

interface Row {
  namespace: string
  name: string
  digest: string
  size: number
  created_at: number
  last_usage: number
  owner: string
  record: string
}

export function createObjects(database: DatabaseSync, layout: Layout): Objects {
  const touched = new Map<string, { namespace: string; name: string; now: number }>()
  const one = database.prepare('SELECT * FROM objects WHERE namespace = ? AND name = ?')
  const insert = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const removal = database.prepare('DELETE FROM objects WHERE namespace = ? AND name = ?')
  const all = database.prepare('SELECT * FROM objects WHERE namespace = ? ORDER BY created_at DESC, name')
  const prefixed = database.prepare(
    'SELECT * FROM objects WHERE namespace = ?1 AND substr(name, 1, length(?2)) = ?2 ORDER BY created_at DESC, name',
  )
  const sum = database.prepare('SELECT coalesce(sum(size), 0) AS used FROM objects WHERE namespace = ?')
  const sumOfOwner = database.prepare(
    'SELECT coalesce(sum(size), 0) AS used FROM objects WHERE namespace = ? AND owner = ?',
  )
  const leastUsed = database.prepare('SELECT * FROM objects WHERE namespace = ? ORDER BY last_usage LIMIT ?')
  const ofDigest = database.prepare('SELECT * FROM objects WHERE digest = ?')
  const use = database.prepare('UPDATE objects SET last_usage = ? WHERE namespace = ? AND name = ?')
  const useBlob = database.prepare(
    'UPDATE blobs SET last_usage = max(last_usage, ?) WHERE digest = (SELECT digest FROM objects WHERE namespace = ? AND name = ?)',
  )
  const rows = (found: unknown[]): readonly StoredObject[] => (found as Row[]).map(toObject)
  const recordFile = (namespace: string, name: string): string => layout.recordFile(keyOf(namespace, name))
  const remove = (namespace: string, name: string): string | undefined => {
    const row = one.get(namespace, name) as Row | undefined
    if (row === undefined) return undefined
    removal.run(namespace, name)
    rmSync(recordFile(namespace, name), { force: true })
    return row.digest
  }
  return {
    get: (namespace, name) => {
      const row = one.get(namespace, name) as Row | undefined
      return row === undefined ? undefined : toObject(row)
    },
    put: async (object, durable) => {
      const { namespace, name, digest, size, createdAt, lastUsage, owner, record } = object
      insert.run(namespace, name, digest, size, createdAt, lastUsage, owner, JSON.stringify(record))
      if (durable) await writeAtomic(recordFile(namespace, name), JSON.stringify({ object }))
    },
    remove,
    list: (namespace) => rows(all.all(namespace)),
    startingWith: (namespace, prefix) => rows(prefixed.all(namespace, prefix)),
    used: (namespace, owner) => {
      const row = owner === undefined ? sum.get(namespace) : sumOfOwner.get(namespace, owner)
      return (row as { used: number }).used
    },
    oldest: (namespace, count) => rows(leastUsed.all(namespace, count)),
    touch: (namespace, name, now) => touched.set(`${namespace}\n${name}`, { namespace, name, now }),
    forget: (digest) => {
      for (const row of ofDigest.all(digest) as unknown as Row[]) remove(row.namespace, row.name)
    },
    flush: () => {
      if (touched.size === 0) return
      database.exec('BEGIN')
      for (const { namespace, name, now } of touched.values()) {
        use.run(now, namespace, name)
        useBlob.run(now, namespace, name)
      }
      database.exec('COMMIT')
      touched.clear()
    },
  }
}

function toObject(row: Row): StoredObject {
  const { namespace, name, digest, size, owner } = row
  const record = JSON.parse(row.record) as Record<string, unknown>
  return { namespace, name, digest, size, owner, record, createdAt: row.created_at, lastUsage: row.last_usage }
}
