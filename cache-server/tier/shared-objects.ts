import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Bucket, blobKey } from '#cache-server/tier/bucket'
import { pullBlob } from '#cache-server/tier/pull-blob'
import { createWriteBack } from '#cache-server/tier/write-back'
import { keyOf } from '#cache-server/store/resource'
import type { StoredObject } from '#cache-server/store/objects'
import type { Store } from '#cache-server/store/store'

/** What clients put here (compilers' objects, cache entries, artifacts), in the bucket that several servers share. */
export interface SharedObjects extends AsyncDisposable {
  /** Learns the objects of a namespace whose names begin so and that this server does not know; their bytes stay there. */
  readonly learn: (namespace: string, prefix: string) => Promise<void>
  /** Learns one object by its whole name. */
  readonly find: (namespace: string, name: string) => Promise<StoredObject | undefined>
  /** Brings the bytes of a learned object to the disk; false when they are not to be had. */
  readonly pull: (object: Pick<StoredObject, 'digest' | 'size'>) => Promise<boolean>
  /** Copies an object to the bucket, soon and after a restart too. */
  readonly store: (object: StoredObject) => void
  readonly forget: (namespace: string, name: string) => Promise<void>
  readonly idle: () => Promise<void>
}

/** S3's longest key. */
const longestKey = 1024
const largestRecord = 64 * 1024

/** A bucket that does not answer a record within this holds up a compiler. */
const answerMs = 5000

/**
 * Objects as `objects/NAMESPACE/NAME.json`, their bytes beside those of the downloads.
 *
 * @param attempt does nothing while the bucket is left alone, and gives undefined when it fails
 */
export function createSharedObjects(
  bucket: Bucket,
  store: Store,
  attempt: <Result>(work: () => Promise<Result>) => Promise<Result | undefined>,
): SharedObjects {
  const writeBack = createWriteBack(join(store.layout.root, 'write-back-objects'), async (_, note) => {
    const { namespace, name } = JSON.parse(note) as { namespace: string; name: string }
    const object = store.objects.get(namespace, name)
    if (object === undefined || store.blobs.size(object.digest) !== object.size || object.size === 0) return
    const { digest, size } = object
    if ((await bucket.size(blobKey(digest))) !== size)
      await bucket.put(blobKey(digest), { body: { file: store.blobs.file(digest) }, size, digest })
    const body = Buffer.from(JSON.stringify({ object }))
    const ofRecord = createHash('sha256').update(body).digest('hex')
    await bucket.put(recordKey(namespace, name), { body, size: body.length, digest: ofRecord })
    store.counters.add('tier_writes')
  })
  const running = new Map<string, Promise<boolean>>()

  const read = async (key: string): Promise<StoredObject | undefined> => {
    const text = await bucket.text(key, largestRecord, AbortSignal.timeout(answerMs))
    return text === undefined ? undefined : toObject(text)
  }
  const know = async (object: StoredObject | undefined, key: string): Promise<StoredObject | undefined> => {
    // What lies under a key belongs there, whoever wrote it.
    if (object === undefined || recordKey(object.namespace, object.name) !== key) return undefined
    const kept = store.objects.get(object.namespace, object.name)
    if (kept === undefined) await store.objects.put(object, false)
    return kept ?? object
  }
  return {
    learn: async (namespace, prefix) => {
      await attempt(async () => {
        const start = recordKey(namespace, prefix).slice(0, -suffix.length)
        if (start.length > longestKey) return
        const known = new Set(
          store.objects.startingWith(namespace, prefix).map((object) => recordKey(namespace, object.name)),
        )
        for (const key of await bucket.list(start)) {
          if (!known.has(key)) await know(await read(key), key)
        }
      })
    },
    find: (namespace, name) => {
      const key = recordKey(namespace, name)
      return key.length > longestKey ? Promise.resolve(undefined) : attempt(async () => know(await read(key), key))
    },
    pull: async ({ digest, size }) => {
      if (store.blobs.size(digest) === size) return true
      const pulling =
        running.get(digest) ??
        attempt(() => pullBlob(bucket, store, digest, size))
          .then((pulled) => pulled === true)
          .finally(() => running.delete(digest))
      running.set(digest, pulling)
      return pulling
    },
    store: ({ namespace, name }) => {
      if (recordKey(namespace, name).length <= longestKey)
        writeBack.add(keyOf(namespace, name), JSON.stringify({ namespace, name }))
    },
    forget: async (namespace, name) => {
      writeBack.drop(keyOf(namespace, name))
      await attempt(() => bucket.remove(recordKey(namespace, name)))
    },
    idle: () => writeBack.idle(),
    [Symbol.asyncDispose]: () => writeBack[Symbol.asyncDispose](),
  }
}

const suffix = '.json'

/** Byte for byte, so that the beginning of a name is the beginning of its key. */
function recordKey(namespace: string, name: string): string {
  return `objects/${escape(namespace)}/${escape(name)}${suffix}`
}

function escape(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9-]+/g, (strange) =>
    [...Buffer.from(strange, 'utf8')].map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  )
}

function toObject(text: string): StoredObject | undefined {
  const { object } = JSON.parse(text) as { object?: Partial<StoredObject> }
  const { namespace, name, digest, size, createdAt, lastUsage, owner, record } = object ?? {}
  const isObject =
    typeof namespace === 'string' &&
    typeof name === 'string' &&
    /^[0-9a-f]{64}$/.test(String(digest)) &&
    typeof owner === 'string' &&
    typeof record === 'object'
  if (!isObject || digest === undefined || record === undefined) return undefined
  const numbers = [size, createdAt, lastUsage].map(Number)
  if (!numbers.every(Number.isSafeInteger)) return undefined
  const [bytes = 0, created = 0, used = 0] = numbers
  return { namespace, name, digest, size: bytes, createdAt: created, lastUsage: used, owner, record: { ...record } }
}
