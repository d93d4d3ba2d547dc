import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAllowHost } from '#cache-server/access/upstream-rules'
import { type CacheServer, startCacheServer } from '#cache-server/server'
import { defaultSettings } from '#cache-server/settings'

/** No further round begins after this time: a slow disk must not put off the start. */
const mostMs = 800
const mostRounds = 12
/** After this time the server starts whatever happens. */
const longestMs = 5000
/** Enough for a few pieces of a download, and a small file. */
const bodies: readonly Buffer[] = [Buffer.alloc(256 * 1024, 'lkft'), Buffer.alloc(1024, 'lkft')]
const crowd = 12
const hits = 40

/**
 * Lets a throwaway server in this process serve crowds from a throwaway origin, so
 * that the code of a download is loaded and compiled before the first client asks:
 * cold, it costs each follower of the first download some milliseconds. Touches
 * neither the rules, the counters nor the files of the server that is to start.
 * What goes wrong here is left for that server to say.
 *
 * @param directory of the server; what is left behind there after a kill is removed by its next start
 */
export async function warmUp(directory: string): Promise<void> {
  // The server works without; only its first answers are slower.
  const done = serveCrowds(join(directory, 'incoming', `warm-up-${randomUUID()}`)).catch(() => {})
  await Promise.race([done, sleep(longestMs, undefined, { ref: false })])
}

async function serveCrowds(folder: string): Promise<void> {
  const began = performance.now()
  const loopback = parseAllowHost('127.0.0.1')
  try {
    await mkdir(folder, { recursive: true })
    const origin = await startOrigin()
    try {
      const settings = { ...defaultSettings(folder), port: 0, allow: loopback === undefined ? [] : [loopback] }
      await using server = await startCacheServer(settings, { inherited: {} })
      for (let round = 0; round < mostRounds && performance.now() - began < mostMs; round++) {
        await serveRound(server, origin, round)
      }
    } finally {
      origin.closeAllConnections()
      origin.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A file that nobody has, to a crowd at once; then a small one, again and again. */
async function serveRound(server: CacheServer, origin: Server, round: number): Promise<void> {
  const target = (size: number): string => {
    const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/${size}?${round}`
    return `/api/v1/fetch/?url=${encodeURIComponent(url)}`
  }
  const port = Number(new URL(server.url).port)
  for (const size of bodies.keys()) {
    await Promise.all(Array.from({ length: crowd }, () => ask(port, target(size), 1)))
    await server.context.fetcher.idle()
  }
  await Promise.all([ask(port, target(0), 2), ask(port, target(1), hits), ask(port, target(1), hits)])
}

async function startOrigin(): Promise<Server> {
  const origin = createServer((request, response) => {
    const body = bodies[Number(/^\/(\d)/.exec(request.url ?? '')?.[1])] ?? Buffer.alloc(0)
    response.writeHead(200, { 'Content-Length': String(body.length), ETag: '"warm-up"' })
    response.end(body)
  })
  await new Promise<void>((resolve, reject) => {
    origin.once('error', reject)
    origin.listen(0, '127.0.0.1', resolve)
  })
  return origin
}

/** Sends a GET some times on one connection, each after the answer to the one before. */
function ask(port: number, target: string, times: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let left = times
    let missing = Number.POSITIVE_INFINITY
    const send = (): void => {
      missing = Number.POSITIVE_INFINITY
      socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    }
    socket.once('connect', send)
    socket.setTimeout(longestMs, () => socket.destroy())
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed early')))
    socket.on('data', (chunk: Buffer) => {
      let bytes = chunk
      if (missing === Number.POSITIVE_INFINITY) {
        const text = bytes.toString('latin1', 0, 2048)
        const end = text.indexOf('\r\n\r\n')
        const length = /\r\nContent-Length: (\d+)/i.exec(text)?.[1]
        if (end === -1 || length === undefined) {
          socket.destroy(new Error('no length'))
          return
        }
        missing = Number(length)
        bytes = bytes.subarray(end + 4)
      }
      missing -= bytes.length
      if (missing > 0) return
      if (--left > 0) {
        send()
        return
      }
      resolve()
      socket.destroy()
    })
  })
}
