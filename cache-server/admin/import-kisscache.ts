import { constants, copyFile, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createUpstreamRules } from '#cache-server/access/upstream-rules'
import { nameResource } from '#cache-server/flight/resource-name'
import { keyOf, type Resource } from '#cache-server/store/resource'
import type { Store } from '#cache-server/store/store'
import { hashFile } from '#files/hash-file'

/** One line of the list of what KissCache has finished. */
export interface ListedResource {
  readonly url: string
  /** Bytes, as KissCache was told. */
  readonly length: number | undefined
  /** The media type that upstream gave. */
  readonly contentType?: string | undefined
}

export interface Imported {
  readonly imported: number
  readonly bytes: number
  /** Files whose length is not the one in the list: they were not finished. */
  readonly short: number
  /** Files that the list does not name. */
  readonly unlisted: number
}

export interface ImportOptions {
  readonly store: Store
  /** KissCache's DOWNLOAD_PATH. */
  readonly folder: string
  /** Undefined takes every file for whole, under the URL that its name is the hash of. */
  readonly list: readonly ListedResource[] | undefined
  readonly ttlSeconds: number
  readonly now: number
}

/** A media type as a header may carry it. */
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[\x20-\x7e]{0,200}$/

/**
 * Reads `URL`, `URL<tab>LENGTH` or `URL<tab>LENGTH<tab>TYPE`, one a line:
 * `psql -At -F "$(printf '\t')" -c 'SELECT url, content_length, content_type FROM kiss_cache_resource WHERE state = 2 AND status_code = 200'`
 */
export function readList(text: string): readonly ListedResource[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, '').split('\t'))
    .filter(([url]) => url !== undefined && url !== '')
    .map(([url = '', length = '', type = '']) => ({
      url,
      length: /^\d{1,15}$/.test(length) ? Number(length) : undefined,
      contentType: mediaType.test(type) ? type : undefined,
    }))
}

/** Copies what KissCache has downloaded, whose files lie at `ab/cdef…`, the sha256 of their URL. */
export async function importKissCache(options: ImportOptions): Promise<Imported> {
  const byName = new Map((options.list ?? []).map((one) => [keyOf(one.url), one]))
  let [imported, bytes, short, unlisted] = [0, 0, 0, 0]
  for await (const { file, name } of filesOf(options.folder)) {
    const listed = byName.get(name)
    const { size } = await stat(file)
    if (options.list !== undefined && listed === undefined) unlisted++
    else if (size === 0 || (listed?.length !== undefined && listed.length !== size)) short++
    else {
      await take(
        options,
        file,
        size,
        listed === undefined ? { key: name, url: `sha256:${name}`, contentType: undefined } : named(listed),
      )
      imported++
      bytes += size
    }
  }
  return { imported, bytes, short, unlisted }
}

async function* filesOf(folder: string): AsyncGenerator<{ file: string; name: string }> {
  for (const first of (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const rest of await readdir(join(folder, first))) {
      if (/^[0-9a-f]{62}$/.test(rest)) yield { file: join(folder, first, rest), name: first + rest }
    }
  }
}

type Named = Pick<Resource, 'key' | 'url' | 'contentType'>

/** The name that a request for this URL will look for. */
function named({ url, contentType }: ListedResource): Named {
  const name = nameResource(url, undefined, createUpstreamRules([], ''), [])
  return { contentType, ...(typeof name === 'string' ? { key: keyOf(url), url } : { key: name.key, url: name.shown }) }
}

async function take({ store, ttlSeconds, now }: ImportOptions, file: string, size: number, name: Named): Promise<void> {
  const incoming = await store.blobs.create()
  await incoming.handle.close()
  await copyFile(file, incoming.file, constants.COPYFILE_FICLONE)
  const handle = await open(incoming.file, 'r+')
  try {
    const digest = await hashFile(incoming.file)
    await store.blobs.commit({ file: incoming.file, handle }, digest, size, now)
    await store.save({
      ...name,
      ...unknown,
      createdAt: now,
      ttl: ttlSeconds,
      expiresAt: now + ttlSeconds * 1000,
      freshUntil: Number.MAX_SAFE_INTEGER,
      validatedAt: now,
      status: 200,
      size,
      digest,
      lastUsage: now,
    })
  } catch (error) {
    await rm(incoming.file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

/** KissCache keeps nothing of what upstream said beyond the type. */
const unknown = {
  etag: undefined,
  lastModified: undefined,
  disposition: undefined,
  cacheControl: undefined,
  message: undefined,
  usage: 0,
  pinned: false,
} as const
