import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { AwsV4Signer } from 'aws4fetch'
import { Agent } from 'undici'
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
}

/** Bytes with the sha256 under which the storage checks them itself. */
export interface Upload {
  readonly body: Buffer | { readonly file: string }
  readonly size: number
  readonly digest: string
}

export interface Bucket extends AsyncDisposable {
  /** Undefined when there is no such key. */
  readonly get: (key: string, signal: AbortSignal) => Promise<Exchange | undefined>
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

interface Answer {
  readonly status: number
  readonly length: number
}

const emptyDigest = createHash('sha256').digest('hex')

type Method = 'GET' | 'HEAD' | 'PUT' | 'DELETE'

export function createBucket(settings: BucketSettings): Bucket {
  const agent = new Agent({
    connections: 32,
    connect: { timeout: 5000 },
    headersTimeout: 20_000,
    bodyTimeout: 60_000,
    allowH2: false,
  })
  const { endpoint, name, region, prefix, keyId, secret } = settings
  const sign = async (method: Method, key: string, headers: Readonly<Record<string, string>> = {}) => {
    const signer = new AwsV4Signer({
      method,
      url: `${endpoint}/${name}/${prefix}${key}`,
      headers: { 'x-amz-content-sha256': emptyDigest, ...headers },
      accessKeyId: keyId,
      secretAccessKey: secret,
      service: 's3',
      region,
    })
    const signed = await signer.sign()
    return { url: signed.url, headers: Object.fromEntries(signed.headers) }
  }
  const send = async (method: Method, key: string, upload?: Upload): Promise<Answer> => {
    const more = upload === undefined ? {} : { 'x-amz-content-sha256': upload.digest }
    const { url, headers } = await sign(method, key, more)
    const body = upload === undefined ? null : upload.body
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname,
      method,
      headers: upload === undefined ? headers : { ...headers, 'content-length': String(upload.size) },
      body: body === null || Buffer.isBuffer(body) ? body : createReadStream(body.file),
    })
    await response.body.dump()
    return { status: response.statusCode, length: Number(response.headers['content-length'] ?? 0) }
  }
  const expect = (what: string, { status }: Answer): void => {
    if (status < 200 || status > 299) throw new BucketFailed(what, status)
  }
  return {
    get: async (key, signal) => {
      const { url, headers } = await sign('GET', key)
      const exchange = await openExchange(agent, { url, method: 'GET', headers, signal })
      if (exchange.status === 200) return exchange
      exchange.abort()
      if (exchange.status === 404) return undefined
      throw new BucketFailed(`GET ${key}`, exchange.status)
    },
    size: async (key) => {
      const answer = await send('HEAD', key)
      if (answer.status === 404) return undefined
      expect(`HEAD ${key}`, answer)
      return answer.length
    },
    put: async (key, upload) => expect(`PUT ${key}`, await send('PUT', key, upload)),
    remove: async (key) => {
      const answer = await send('DELETE', key)
      if (answer.status !== 404) expect(`DELETE ${key}`, answer)
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}
