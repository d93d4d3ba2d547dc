import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllowHost } from '#cache-server/access/upstream-rules'
import { type CacheServer, startCacheServer, type Surroundings } from '#cache-server/server'
import { defaultSettings, type FetchSettings, type Settings } from '#cache-server/settings'

export interface Serving extends AsyncDisposable {
  readonly server: CacheServer
  readonly directory: string
  /** The fetch URL of an upstream URL. */
  readonly fetchUrl: (url: string, more?: string) => string
}

/** Starts a cache server in this process, on loopback and a fresh directory unless one is given. */
export async function serve(
  change: Partial<Omit<Settings, 'fetch'>> & { fetch?: Partial<FetchSettings> } = {},
  surroundings: Surroundings = {},
): Promise<Serving> {
  const directory = change.directory ?? (await mkdtemp(join(tmpdir(), 'lkft-cache-')))
  const base = defaultSettings(directory)
  const loopback = parseAllowHost('127.0.0.1')
  const server = await startCacheServer(
    {
      ...base,
      port: 0,
      allow: loopback === undefined ? [] : [loopback],
      drainMs: 200,
      ...change,
      fetch: { ...base.fetch, ...change.fetch },
    },
    surroundings,
  )
  return {
    server,
    directory,
    fetchUrl: (url, more = '') => `${server.url}/api/v1/fetch/?url=${encodeURIComponent(url)}${more}`,
    [Symbol.asyncDispose]: async () => {
      await server.drain(200)
      if (change.directory === undefined) await rm(directory, { recursive: true, force: true })
    },
  }
}

export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The connection was closed before the whole body came. */
  readonly cut: boolean
  /** Milliseconds from the request to the first byte of the body. */
  readonly firstByteMs: number
  readonly totalMs: number
}

export interface GetOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

/** One request on a connection of its own, without following anything. */
export function get(url: string, options: GetOptions = {}): Promise<Got> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: options.method ?? 'GET', headers: { ...options.headers }, agent: false })
    request.once('error', reject)
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      let firstByteMs = Number.NaN
      response.on('data', (chunk: Buffer) => {
        if (chunks.length === 0) firstByteMs = performance.now() - started
        chunks.push(chunk)
      })
      response.on('error', () => {})
      response.once('close', () => {
        const { statusCode = 0, headers, complete } = response
        const totalMs = performance.now() - started
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks), cut: !complete, firstByteMs, totalMs })
      })
    })
    request.end(options.body)
  })
}
