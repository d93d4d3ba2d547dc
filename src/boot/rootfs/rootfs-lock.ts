import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { downloadFile } from '#fetch/download-file'
import { writeJsonAtomic } from '#files/write-atomic'
import type { StageContext } from '#log/reporter'

/** What a real fetch of a URL gave. */
export interface LockedFile {
  /** 64 hexadecimal digits. */
  readonly sha256: string
  readonly bytes: number
  /** RFC 3339 time in UTC. */
  readonly locked: string
}

/** Which bytes a URL stands for. */
export interface RootfsLock {
  readonly version: 1
  readonly files: Readonly<Record<string, LockedFile>>
}

/** Name of the lock file in the working directory. */
export const rootfsLockName = 'lkft-rootfs.lock'

/** Reads a lock file; one that is not there is empty. @throws LkftError BAD_DOCUMENT */
export async function readRootfsLock(file: string): Promise<RootfsLock> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"version":1,"files":{}}'
    throw new LkftError('BAD_DOCUMENT', `${file} cannot be read: ${error.message}`, { cause: error })
  })
  const value = parse(text)
  if (isLock(value)) return value
  throw new LkftError('BAD_DOCUMENT', `${file} is no lock of root file systems`, {
    hint: "Write it with 'lkft rootfs lock'.",
  })
}

/** Fetches each URL and gives the lock with their digests: all, or an error and none. @throws LkftError FETCH_FAILED */
export async function lockRootfs(
  lock: RootfsLock,
  urls: readonly string[],
  context: StageContext,
  cacheServer?: string,
): Promise<RootfsLock> {
  const files: Record<string, LockedFile> = { ...lock.files }
  const folder = await mkdtemp(join(tmpdir(), 'lkft-rootfs-'))
  try {
    for (const url of urls) {
      const got = await downloadFile({ url, file: join(folder, 'rootfs'), cacheServer }, context)
      files[url] = { ...got, locked: new Date().toISOString() }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { version: 1, files }
}

/** Writes a lock file, sorted by URL, so that a change is a few lines of a diff. */
export async function writeRootfsLock(file: string, lock: RootfsLock): Promise<void> {
  const files = Object.entries(lock.files).sort(([a], [b]) => (a < b ? -1 : 1))
  await writeJsonAtomic(file, { version: 1, files: Object.fromEntries(files) })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isLock(value: unknown): value is RootfsLock {
  const { version, files } = (value ?? {}) as { version?: unknown; files?: unknown }
  if (version !== 1 || typeof files !== 'object' || files === null || Array.isArray(files)) return false
  return Object.values(files as Record<string, { sha256?: unknown } | null>).every(
    (entry) => typeof entry?.sha256 === 'string' && /^[0-9a-f]{64}$/.test(entry.sha256),
  )
}
