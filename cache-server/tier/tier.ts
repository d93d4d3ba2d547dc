import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { blobKey, type Bucket, type BucketSettings, createBucket } from '#cache-server/tier/bucket'
import { createSharedObjects, type SharedObjects } from '#cache-server/tier/shared-objects'
import { createWriteBack } from '#cache-server/tier/write-back'
import { fromRecord, type Resource, toRecord } from '#cache-server/store/resource'
import type { Store } from '#cache-server/store/store'
import type { Exchange } from '#cache-server/upstream/exchange'

/** A resource that the bucket has, its body still to come. */
export interface Shared {
  readonly resource: Resource
  readonly exchange: Exchange
}

/** The storage behind the disk, shared by any number of servers. */
export interface Tier extends AsyncDisposable {
  /** What the bucket has of a resource, while it is fresh; a bucket that fails has nothing. */
  readonly find: (key: string, signal: AbortSignal) => Promise<Shared | undefined>
  /** Copies a kept resource to the bucket, soon and after a restart too. */
  readonly store: (resource: Resource) => void
  /** Forgets a resource here and there. */
  readonly forget: (key: string) => Promise<void>
  /** What clients put here, in the same bucket. */
  readonly objects: SharedObjects
  /** Resolves when nothing waits to be copied. */
  readonly idle: () => Promise<void>
  readonly waiting: () => number
}

/** A bucket that failed is left alone for so long. */
const restMs = 10_000

const largestRecord = 1 << 20

/** Records and contents in a bucket, under `resources/KEY.json` and `blobs/ab/DIGEST`. */
export function createTier(settings: BucketSettings, store: Store, now: () => number): Tier {
  const bucket = createBucket(settings)
  let restUntil = 0
  const writeBack = createWriteBack(join(store.layout.root, 'write-back'), async (key) => {
    const resource = store.resources.get(key)
    if (resource?.digest === undefined || resource.size === 0) return
    await upload(bucket, store, { ...resource, digest: resource.digest })
    store.counters.add('tier_writes')
  })
  const attempt = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    if (performance.now() < restUntil) return undefined
    try {
      return await work()
    } catch {
      restUntil = performance.now() + restMs
      return undefined
    }
  }
  const objects = createSharedObjects(bucket, store, attempt)
  return {
    objects,
    find: async (key, signal) => {
      if (performance.now() < restUntil) return undefined
      try {
        const resource = await readRecord(bucket, key, signal)
        if (resource === undefined || resource.expiresAt <= now() || resource.freshUntil <= now()) return undefined
        const exchange = await bucket.get(blobKey(resource.digest), signal)
        if (exchange === undefined) return undefined
        if (Number(exchange.headers['content-length']) !== resource.size) {
          exchange.abort()
          return undefined
        }
        store.counters.add('tier_hits')
        return { resource, exchange: { ...exchange, headers: headersOf(resource) } }
      } catch {
        if (!signal.aborted) restUntil = performance.now() + restMs
        return undefined
      }
    },
    store: (resource) => writeBack.add(resource.key),
    forget: async (key) => {
      writeBack.drop(key)
      await bucket.remove(recordKey(key)).catch(() => {})
    },
    idle: async () => {
      await Promise.all([writeBack.idle(), objects.idle()])
    },
    waiting: () => writeBack.waiting(),
    [Symbol.asyncDispose]: async () => {
      await writeBack[Symbol.asyncDispose]()
      await objects[Symbol.asyncDispose]()
      await bucket[Symbol.asyncDispose]()
    },
  }
}

type WithDigest = Resource & { readonly digest: string }

async function upload(bucket: Bucket, store: Store, resource: WithDigest): Promise<void> {
  const { digest, size, key } = resource
  if ((await bucket.size(blobKey(digest))) !== size) {
    await bucket.put(blobKey(digest), { body: { file: store.blobs.file(digest) }, size, digest })
  }
  const body = Buffer.from(toRecord({ ...resource, pinned: false }))
  const ofRecord = createHash('sha256').update(body).digest('hex')
  await bucket.put(recordKey(key), { body, size: body.length, digest: ofRecord })
}

async function readRecord(bucket: Bucket, key: string, signal: AbortSignal): Promise<WithDigest | undefined> {
  const text = await bucket.text(recordKey(key), largestRecord, signal)
  if (text === undefined) return undefined
  const resource = fromRecord(text)
  if (resource?.digest === undefined || resource.key !== key || resource.status !== 200) return undefined
  return { ...resource, digest: resource.digest }
}

/** The headers that upstream sent for it, so that a cut body is resumed there under the same validators. */
function headersOf({
  size,
  contentType,
  etag,
  lastModified,
  disposition,
  cacheControl,
}: Resource): Exchange['headers'] {
  const all = {
    'content-length': String(size),
    'content-type': contentType,
    'content-disposition': disposition,
    etag,
    'last-modified': lastModified,
    'cache-control': cacheControl,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function recordKey(key: string): string {
  return `resources/${key}.json`
}
