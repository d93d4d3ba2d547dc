import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { AccessLog } from '#cache-server/api/access-log'
import type { ServerContext } from '#cache-server/api/context'
import { headerOf, readPlainRequest } from '#cache-server/api/plain-request'

/** Answers from memory on the bare socket. */
export interface Lane {
  /** Closes connections that wait for a request; they are all that the lane holds. */
  readonly closeIdle: () => void
  /** Closes those that have waited too long. */
  readonly sweep: () => void
}

/** How long a connection may say nothing, before its first request and between two. */
export interface Patience {
  readonly firstMs: number
  readonly nextMs: number
}

/** Bytes that a client has not taken yet, above which node:http goes on: it stops reading then. */
const mostUnsent = 128 * 1024

/**
 * Puts itself before a server's HTTP parser: plain GETs for what is in memory are
 * answered here, at a fraction of the work and the memory. The first request of a
 * connection that is anything else goes to node:http with all that follows.
 */
export function openLane(context: ServerContext, server: Server, patience: Patience, log?: AccessLog): Lane {
  const [toHttp] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[]
  if (toHttp === undefined) throw new Error('not a server of node:http')
  server.off('connection', toHttp)
  const deadlines = new Map<Socket, number>()

  const leave = (socket: Socket): void => {
    deadlines.delete(socket)
    socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
  }
  const handOver = (socket: Socket, rest: Buffer): void => {
    leave(socket)
    socket.pause()
    toHttp.call(server, socket)
    socket.unshift(rest)
    socket.resume()
  }
  const answer = (socket: Socket, target: string, headers: string): boolean => {
    const began = log === undefined ? 0 : performance.now()
    const hot = context.hot.take(context, target, { socket, headers: {} })
    if (hot === undefined) return false
    socket.write(hot.answer)
    log?.note({
      client: context.clients.addressOf({ socket, headers: {} }),
      method: 'GET',
      url: target,
      status: 200,
      bytes: hot.bytes,
      ms: performance.now() - began,
      cache: hot.cacheStatus,
      agent: headerOf(headers, 'user-agent'),
    })
    return true
  }
  function onData(this: Socket, chunk: Buffer): void {
    const text = chunk.toString('latin1')
    for (let at = 0; at < text.length;) {
      const request = this.writableLength > mostUnsent ? undefined : readPlainRequest(text, at)
      if (request === undefined || !answer(this, request.target, request.headers)) {
        handOver(this, chunk.subarray(at))
        return
      }
      at = request.end
    }
    deadlines.set(this, performance.now() + patience.nextMs)
  }
  function onEnd(this: Socket): void {
    this.end()
  }
  function onClose(this: Socket): void {
    deadlines.delete(this)
  }
  function onError(this: Socket): void {
    this.destroy()
  }
  server.on('connection', (socket) => {
    deadlines.set(socket, performance.now() + patience.firstMs)
    socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  })
  return {
    closeIdle: () => {
      for (const socket of deadlines.keys()) socket.destroySoon()
    },
    sweep: () => {
      const now = performance.now()
      for (const [socket, deadline] of deadlines) if (deadline < now) socket.destroySoon()
    },
  }
}
