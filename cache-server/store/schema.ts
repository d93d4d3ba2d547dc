import { renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Raised whenever a table changes; an index of another version is rebuilt from the records and blobs. */
const indexVersion = 1

const tables = `
CREATE TABLE IF NOT EXISTS blobs (
  digest TEXT PRIMARY KEY, size INTEGER NOT NULL, created_at INTEGER NOT NULL,
  last_usage INTEGER NOT NULL, checked_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS blobs_by_usage ON blobs (last_usage);
CREATE TABLE IF NOT EXISTS resources (
  key TEXT PRIMARY KEY, record TEXT NOT NULL, digest TEXT, status INTEGER NOT NULL,
  url TEXT NOT NULL, size INTEGER NOT NULL, content_type TEXT NOT NULL, ttl INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  last_usage INTEGER NOT NULL, usage INTEGER NOT NULL, pinned INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resources_by_digest ON resources (digest);
CREATE INDEX IF NOT EXISTS resources_by_expiry ON resources (expires_at);
CREATE TABLE IF NOT EXISTS objects (
  namespace TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
  created_at INTEGER NOT NULL, last_usage INTEGER NOT NULL, owner TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (namespace, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS objects_by_digest ON objects (digest);
CREATE INDEX IF NOT EXISTS objects_by_usage ON objects (namespace, last_usage);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
`

export interface OpenedIndex {
  readonly database: DatabaseSync
  /** The old index was damaged or of another version: everything must be read again from the files. */
  readonly fresh: boolean
}

/** Opens the SQLite index in WAL mode; one that cannot be read is put aside as `index.sqlite.damaged`. */
export function openIndex(file: string): OpenedIndex {
  try {
    return open(file)
  } catch {
    renameSync(file, `${file}.damaged`)
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
    return { ...open(file), fresh: true }
  }
}

function open(file: string): OpenedIndex {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version !== 0 && version !== indexVersion) throw new Error(`index version ${version}`)
    const { quick_check: check } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
    if (check !== 'ok') throw new Error(`index damaged: ${check}`)
    database.exec(tables)
    database.exec(`PRAGMA user_version = ${indexVersion}`)
    return { database, fresh: version === 0 }
  } catch (error) {
    database.close()
    throw error
  }
}
