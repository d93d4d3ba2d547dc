import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Assembly, type Assembled } from '#cache-server/actions/assembly'
import { receiveFile, writeStream } from '#cache-server/store/receive-file'
import type { Incoming } from '#cache-server/store/blobs'
import type { Store } from '#cache-server/store/store'

/** A content that a job is sending, until it is finalized. */
export interface Upload {
  readonly id: string
  /** Where it will be found. */
  readonly namespace: string
  readonly name: string
  readonly owner: string
  readonly details: Readonly<Record<string, string>>
  contentType: string | undefined
  readonly incoming: Incoming
  readonly assembly: Assembly
  /** All bytes are here, hashed. */
  whole: Assembled | undefined
  touchedAt: number
  busy: number
}

/** Too much, or no room. */
export class UploadRefused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'UploadRefused'
    this.status = status
  }
}

export interface Uploads {
  readonly begin: (upload: Pick<Upload, 'namespace' | 'name' | 'owner' | 'details'>) => Promise<Upload>
  readonly get: (id: string) => Upload | undefined
  /** The upload under way for a name, unless it was given up. */
  readonly under: (namespace: string, name: string) => Upload | undefined
  readonly putWhole: (upload: Upload, request: IncomingMessage) => Promise<void>
  readonly putBlock: (upload: Upload, blockId: string, request: IncomingMessage) => Promise<void>
  readonly putBlockList: (upload: Upload, ids: readonly string[]) => Promise<void>
  /** Writes a part at an offset (the old cache service). */
  readonly putAt: (upload: Upload, offset: number, request: IncomingMessage) => Promise<void>
  readonly hashWritten: (upload: Upload) => Promise<void>
  /** Makes the blob permanent; the upload is over. */
  readonly commit: (upload: Upload) => Promise<Assembled>
  readonly drop: (upload: Upload) => Promise<void>
  /** Removes uploads that nobody touched for a while. */
  readonly sweep: () => Promise<void>
}

const idleMs = 10 * 60_000
/** As many as GitHub's blob store takes. */
const mostBlocks = 50_000

export function createUploads(store: Store, now: () => number): Uploads {
  const uploads = new Map<string, Upload>()
  const blocks = new Map<string, number>()
  const drop = async (upload: Upload): Promise<void> => {
    uploads.delete(upload.id)
    blocks.delete(upload.id)
    await upload.assembly.clear()
    await upload.incoming.handle.close().catch(() => {})
    await store.blobs.discard(upload.incoming)
  }
  const during = async <Result>(upload: Upload, work: () => Promise<Result>): Promise<Result> => {
    upload.busy++
    try {
      return await work()
    } finally {
      upload.busy--
      upload.touchedAt = now()
    }
  }
  const room = async (bytes: number): Promise<void> => {
    const reservation = await store.space.reserve(bytes)
    reservation.release()
    if (reservation.room !== 'granted') throw new UploadRefused(507, 'insufficient usage: the cache is full')
  }
  return {
    begin: async (wanted) => {
      const id = randomBytes(16).toString('hex')
      const incoming = await store.blobs.create()
      const fresh = { contentType: undefined, whole: undefined, touchedAt: now(), busy: 0 }
      const upload: Upload = { ...wanted, ...fresh, id, incoming, assembly: new Assembly(incoming) }
      uploads.set(id, upload)
      return upload
    },
    get: (id) => uploads.get(id),
    under: (namespace, name) =>
      [...uploads.values()].find(
        (one) => one.namespace === namespace && one.name === name && (one.busy > 0 || now() - one.touchedAt < 60_000),
      ),
    putWhole: (upload, request) =>
      during(upload, async () => {
        await room(Number(request.headers['content-length'] ?? 0))
        await upload.incoming.handle.truncate(0)
        upload.whole = await writeStream(request, upload.incoming.handle, 0)
      }),
    putBlock: (upload, blockId, request) =>
      during(upload, async () => {
        const count = (blocks.get(upload.id) ?? 0) + 1
        if (count > mostBlocks) throw new UploadRefused(413, `more than ${mostBlocks} blocks`)
        blocks.set(upload.id, count)
        await room(Number(request.headers['content-length'] ?? 0))
        const { file, size } = await receiveFile(request, store.layout.incoming)
        upload.assembly.add({ id: blockId, file, size })
      }),
    putBlockList: (upload, ids) =>
      during(upload, async () => {
        upload.whole = await upload.assembly.finish(ids)
        await upload.assembly.clear()
      }),
    putAt: (upload, offset, request) =>
      during(upload, async () => {
        await room(Number(request.headers['content-length'] ?? 0))
        await writeStream(request, upload.incoming.handle, offset)
      }),
    hashWritten: (upload) =>
      during(upload, async () => {
        const hash = createHash('sha256')
        let size = 0
        for await (const chunk of upload.incoming.handle.createReadStream({
          start: 0,
          autoClose: false,
          highWaterMark: 1 << 20,
        })) {
          hash.update(chunk as Buffer)
          size += (chunk as Buffer).length
        }
        upload.whole = { digest: hash.digest('hex'), size }
      }),
    commit: async (upload) => {
      const { whole } = upload
      if (whole === undefined) throw new UploadRefused(400, 'the upload is not complete')
      uploads.delete(upload.id)
      blocks.delete(upload.id)
      await store.blobs.commit(upload.incoming, whole.digest, whole.size, now())
      await upload.incoming.handle.close()
      return whole
    },
    drop,
    sweep: async () => {
      for (const upload of uploads.values())
        if (upload.busy === 0 && now() - upload.touchedAt > idleMs) await drop(upload)
    },
  }
}
