import type { DatabaseSync } from 'node:sqlite'
import { fromRecord, type Resource, toRecord } from '#cache-server/store/resource'

/** The lists that KissCache shows of what is finished. */
export type FinishedState = 'successes' | 'failures'

/** Columns that a list can be ordered by. */
export const orderColumns: Readonly<Record<string, string>> = {
  content_length: 'size',
  content_type: 'content_type',
  created_at: 'created_at',
  id: 'created_at',
  last_usage: 'last_usage',
  pk: 'created_at',
  size: 'size',
  state: 'status',
  status_code: 'status',
  ttl: 'ttl',
  url: 'url',
  usage: 'usage',
}

/** The finished resources: SQLite is the whole truth, memory holds those in use. */
export interface Resources {
  readonly get: (key: string) => Resource | undefined
  readonly put: (resource: Resource) => void
  readonly remove: (key: string) => void
  /** Notes a use; written to the index with the next flush. */
  readonly touch: (resource: Resource, now: number) => void
  readonly flush: () => void
  readonly byDigest: (digest: string) => readonly Resource[]
  readonly expired: (now: number) => readonly Resource[]
  readonly list: (state: FinishedState, order: string, offset: number, limit: number) => readonly Resource[]
  readonly totals: () => { successes: number; failures: number; usage: number }
}

const mostInMemory = 20_000

export function createResources(database: DatabaseSync): Resources {
  const memory = new Map<string, Resource>()
  const dirty = new Set<Resource>()
  const select = database.prepare('SELECT record, last_usage, usage FROM resources WHERE key = ?')
  const insert = database.prepare(
    `INSERT OR REPLACE INTO resources (key, record, digest, status, url, size, content_type, ttl, created_at,
     expires_at, last_usage, usage, pinned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const used = database.prepare('UPDATE resources SET last_usage = ?, usage = ? WHERE key = ?')
  const usedBlob = database.prepare('UPDATE blobs SET last_usage = max(last_usage, ?) WHERE digest = ?')
  const removal = database.prepare('DELETE FROM resources WHERE key = ?')
  const keysOfDigest = database.prepare('SELECT key FROM resources WHERE digest = ?')
  const keysExpired = database.prepare('SELECT key FROM resources WHERE expires_at <= ? AND pinned = 0 LIMIT 1000')
  const sums = database.prepare(
    'SELECT coalesce(sum(status = 200), 0) AS successes, coalesce(sum(status <> 200), 0) AS failures, coalesce(sum(usage), 0) AS usage FROM resources',
  )

  const remember = (resource: Resource): Resource => {
    memory.delete(resource.key)
    memory.set(resource.key, resource)
    if (memory.size > mostInMemory) {
      const [oldest] = memory.values()
      if (oldest !== undefined && !dirty.has(oldest)) memory.delete(oldest.key)
    }
    return resource
  }
  const get = (key: string): Resource | undefined => {
    const known = memory.get(key)
    if (known !== undefined) return known
    const row = select.get(key) as { record: string; last_usage: number; usage: number } | undefined
    const resource = row === undefined ? undefined : fromRecord(row.record)
    if (row === undefined || resource === undefined) return undefined
    return remember({ ...resource, lastUsage: row.last_usage, usage: row.usage })
  }
  const all = (keys: unknown[]): readonly Resource[] =>
    (keys as { key: string }[]).map(({ key }) => get(key)).filter((resource) => resource !== undefined)
  const flush = (): void => {
    if (dirty.size === 0) return
    database.exec('BEGIN')
    for (const { key, lastUsage, usage, digest } of dirty) {
      used.run(lastUsage, usage, key)
      if (digest !== undefined) usedBlob.run(lastUsage, digest)
    }
    database.exec('COMMIT')
    dirty.clear()
  }
  return {
    get,
    put: (resource) => {
      remember(resource)
      const r = resource
      insert.run(
        r.key,
        toRecord(r),
        r.digest ?? null,
        r.status,
        r.url,
        r.size,
        r.contentType ?? '',
        r.ttl,
        r.createdAt,
        r.expiresAt,
        r.lastUsage,
        r.usage,
        r.pinned ? 1 : 0,
      )
    },
    remove: (key) => {
      const resource = memory.get(key)
      if (resource !== undefined) dirty.delete(resource)
      memory.delete(key)
      removal.run(key)
    },
    touch: (resource, now) => {
      resource.usage++
      resource.lastUsage = now
      dirty.add(resource)
    },
    flush,
    byDigest: (digest) => all(keysOfDigest.all(digest)),
    expired: (now) => all(keysExpired.all(now)),
    list: (state, order, offset, limit) => {
      flush()
      const descending = order.startsWith('-')
      const column = orderColumns[descending ? order.slice(1) : order] ?? 'url'
      const direction = descending ? 'DESC' : 'ASC'
      const statement = database.prepare(
        `SELECT key FROM resources WHERE status ${state === 'successes' ? '=' : '<>'} 200
         ORDER BY ${column} ${direction}, last_usage DESC, key LIMIT ? OFFSET ?`,
      )
      return all(statement.all(limit, offset))
    },
    totals: () => {
      flush()
      return sums.get() as { successes: number; failures: number; usage: number }
    },
  }
}
