import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import { AwsV4Signer } from 'aws4fetch'
import { Agent } from 'undici'
import { listKeys } from '#cache-server/tier/list-keys'
import { putInParts } from '#cache-server/tier/multipart'
import { type Exchange, openExchange } from '#cache-server/upstream/exchange'

/** An S3-compatible bucket; path-style addresses, which every such server has. */
export interface BucketSettings {
  readonly endpoint: string
  readonly name: string
  readonly region: string
  /** Before every key. */
  readonly prefix: string
  readonly keyId: string
  readonly secret: string
  /** Bytes of a part of what is larger than that; 1 GiB when absent, of the 5 GiB that storage takes in one piece. */
  readonly partBytes?: number | undefined
}

/** A file, or its bytes from `start` to before `end`. */
export interface FilePart {
  readonly file: string
  readonly start?: number
  readonly end?: number
}

/** Bytes with the sha256 under which the storage checks them itself. */
export interface Upload {
  readonly body: Buffer | FilePart
  readonly size: number
  readonly digest: string
}

export interface Bucket extends AsyncDisposable {
  /** Undefined when there is no such key. */
  readonly get: (key: string, signal: AbortSignal) => Promise<Exchange | undefined>
  /** A small key as text; undefined when there is none. @throws Error when it is larger than `most` bytes */
  readonly text: (key: string, most: number, signal: AbortSignal) => Promise<string | undefined>
  /** Every key that begins so. */
  readonly list: (start: string) => Promise<readonly string[]>
  /** Size of a key, undefined when there is none. */
  readonly size: (key: string) => Promise<number | undefined>
  readonly put: (key: string, upload: Upload) => Promise<void>
  readonly remove: (key: string) => Promise<void>
}

/** The bucket says no, or cannot be reached. */
export class BucketFailed extends Error {
  constructor(what: string, status: number) {
    super(`the bucket answers ${status} to ${what}`)
    this.name = 'BucketFailed'
  }
}

/** A response of the storage, its text when that was asked for. */
export interface Answer {
  readonly status: number
  readonly length: number
  readonly etag: string | undefined
  readonly text: string
}

/** One signed request. @throws BucketFailed unless the status is 2xx, or 404 where that is no failure */
export type Send = (method: Method, key: string, more?: SendOptions) => Promise<Answer>

export interface SendOptions {
  readonly query?: Readonly<Record<string, string>>
  readonly upload?: Upload
}

const emptyDigest = createHash('sha256').digest('hex')

const gibibyte = 2 ** 30

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'

export function createBucket(settings: BucketSettings): Bucket {
  const agent = new Agent({
    connections: 32,
    connect: { timeout: 5000 },
    headersTimeout: 20_000,
    bodyTimeout: 60_000,
    allowH2: false,
  })
  const { endpoint, name, region, prefix, keyId, secret } = settings
  const sign = async (
    method: Method,
    key: string,
    headers: Readonly<Record<string, string>> = {},
    query: Readonly<Record<string, string>> = {},
  ) => {
    const target = new URL(`${endpoint}/${name}/${key === '' ? '' : prefix}${key}`)
    for (const [field, value] of Object.entries(query)) target.searchParams.set(field, value)
    const signer = new AwsV4Signer({
      method,
      url: target.href,
      headers: { 'x-amz-content-sha256': emptyDigest, ...headers },
      accessKeyId: keyId,
      secretAccessKey: secret,
      service: 's3',
      region,
    })
    const signed = await signer.sign()
    return { url: signed.url, headers: Object.fromEntries(signed.headers) }
  }
  const send: Send = async (method, key, { query, upload } = {}) => {
    const more = upload === undefined ? {} : { 'x-amz-content-sha256': upload.digest }
    const { url, headers } = await sign(method, key, more, query)
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: upload === undefined ? headers : { ...headers, 'content-length': String(upload.size) },
      body: upload === undefined ? null : streamOf(upload.body),
    })
    const { statusCode: status, headers: answered } = response
    if (status !== 404 && (status < 200 || status > 299)) {
      await response.body.dump()
      throw new BucketFailed(`${method} ${key}`, status)
    }
    return {
      status,
      length: Number(answered['content-length'] ?? 0),
      etag: typeof answered['etag'] === 'string' ? answered['etag'] : undefined,
      text: await text(response.body),
    }
  }
  const get: Bucket['get'] = async (key, signal) => {
    const { url, headers } = await sign('GET', key)
    const exchange = await openExchange(agent, { url, method: 'GET', headers, signal })
    if (exchange.status === 200) return exchange
    exchange.abort()
    if (exchange.status === 404) return undefined
    throw new BucketFailed(`GET ${key}`, exchange.status)
  }
  return {
    get,
    text: async (key, most, signal) => {
      const exchange = await get(key, signal)
      return exchange === undefined ? undefined : readText(exchange, most)
    },
    list: (start) => listKeys(send, prefix, start),
    size: async (key) => {
      const answer = await send('HEAD', key)
      return answer.status === 404 ? undefined : answer.length
    },
    put: async (key, upload) => {
      const partBytes = settings.partBytes ?? gibibyte
      if (upload.size > partBytes && !Buffer.isBuffer(upload.body)) {
        await putInParts(send, key, upload.body.file, upload.size, partBytes)
        return
      }
      const { status } = await send('PUT', key, { upload })
      if (status === 404) throw new BucketFailed(`PUT ${key}`, status)
    },
    remove: async (key) => void (await send('DELETE', key)),
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}

function streamOf(body: Upload['body']): Buffer | ReturnType<typeof createReadStream> {
  if (Buffer.isBuffer(body)) return body
  const { file, start = 0, end = Infinity } = body
  return createReadStream(file, { start, end: end - 1 })
}

async function readText(exchange: Exchange, most: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  await exchange.readBody((chunk) => {
    size += chunk.length
    if (size > most) exchange.abort()
    else chunks.push(chunk)
  })
  return Buffer.concat(chunks).toString('utf8')
}

/** Where the bytes with a sha256 are. */
export function blobKey(digest: string): string {
  return `blobs/${digest.slice(0, 2)}/${digest}`
}
