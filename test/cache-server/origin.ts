import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** An upstream server whose every answer the test decides. */
export interface Origin extends AsyncDisposable {
  readonly port: number
  /** Full URL of a path. */
  readonly url: (path: string) => string
  /** Every request: method, path and Range, in order. */
  readonly seen: readonly Seen[]
  readonly count: (path: string, method?: string) => number
}

export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse, nth: number) => void

/** Starts an origin on loopback; `nth` counts the GET requests of one path from 1. */
export async function startOrigin(behave: Behaviour): Promise<Origin> {
  const seen: Seen[] = []
  const sockets = new Set<Socket>()
  const count = (path: string, method = 'GET'): number =>
    seen.filter((one) => one.path === path && one.method === method).length
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    seen.push({ method: request.method ?? '', path, headers: request.headers })
    behave(request, response, count(path, request.method))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    seen,
    count,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

export interface FileOptions {
  readonly etag?: string
  readonly lastModified?: string
  /** Send so many bytes of the body, then close the connection. */
  readonly cutAfter?: number
  readonly ranges?: boolean
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes per second. */
  readonly speed?: number
}

/** Serves bytes as a decent file server does, or cuts them. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  options: FileOptions = {},
): void {
  const { etag, lastModified, ranges = true } = options
  const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
  const condition = request.headers['if-range']
  const same = condition === undefined || condition === etag || condition === lastModified
  const first = ranges && wanted !== null && same ? Number(wanted[1]) : 0
  const partial = ranges && wanted !== null && same
  const headers: Record<string, string> = {
    'Content-Type': 'application/x-test',
    'Content-Length': String(bytes.length - first),
    ...(etag === undefined ? {} : { ETag: etag }),
    ...(lastModified === undefined ? {} : { 'Last-Modified': lastModified }),
    ...(partial ? { 'Content-Range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` } : {}),
    ...options.headers,
  }
  response.writeHead(partial ? 206 : 200, headers)
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const end = options.cutAfter === undefined ? bytes.length : Math.min(bytes.length, first + options.cutAfter)
  const body = bytes.subarray(first, end)
  if (options.speed !== undefined) {
    void trickle(response, body, options.speed)
  } else if (end < bytes.length) {
    response.write(body, () => setTimeout(() => response.destroy(), 5))
  } else {
    response.end(body)
  }
}

async function trickle(response: ServerResponse, body: Buffer, speed: number): Promise<void> {
  const step = Math.max(1, Math.floor(speed / 50))
  for (let at = 0; at < body.length; at += step) {
    if (response.destroyed) return
    response.write(body.subarray(at, at + step))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  response.end()
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
