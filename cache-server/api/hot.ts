import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerContext } from '#cache-server/api/context'
import type { HostTraffic } from '#cache-server/api/traffic'
import { resourceHeaders } from '#cache-server/serve/headers'
import type { Resource } from '#cache-server/store/resource'

/** A small resource with its answer ready, by the very request target that asked for it. */
interface Hot {
  readonly resource: Resource
  readonly body: Buffer
  /** The body as Node sends it together with the head in one write; for the smallest only. */
  readonly text: string | undefined
  readonly filename: string | undefined
  readonly traffic: HostTraffic
  /** Names and values in turn, as Node takes them without a copy. */
  headers: readonly string[]
  cacheStatus: string
  /** Head and body as they go through a socket, once that was asked for. */
  whole: Buffer | undefined
  /** The second for which the headers are right. */
  second: number
}

/** Who asks. */
type Asking = Pick<IncomingMessage, 'socket' | 'headers'>

/** Answers for small files that are asked for again and again, kept in memory. */
export interface HotAnswers {
  /** The answer to a plain GET, as bytes for its socket; undefined when it cannot be given from here. */
  readonly take: (context: ServerContext, target: string, asking: Asking) => HotAnswer | undefined
  /** Answers at once when it can; gives the bytes sent, or undefined. */
  readonly answer: (context: ServerContext, request: IncomingMessage, response: ServerResponse) => number | undefined
  /** Remembers what a target was answered with. */
  readonly learn: (context: ServerContext, target: string, what: Pick<Hot, 'resource' | 'filename' | 'traffic'>) => void
}

export interface HotAnswer {
  /** Head and body. */
  readonly answer: Buffer
  /** Of the body. */
  readonly bytes: number
  readonly cacheStatus: string
}

/** How long a connection may stay open between two requests. */
export const keepAliveMs = 75_000

const largest = 64 * 1024
const largestText = 8 * 1024
const mostBytes = 64 * 2 ** 20
/** A body is in memory by itself and in the whole answer. */
const weight = 2

/** Request headers that ask for something else than the plain whole. */
const special: ReadonlySet<string> = new Set([
  'range',
  'if-none-match',
  'if-modified-since',
  'if-range',
  'authorization',
  'x-lkft-token',
  'via',
])

/** Whether a request has a header of these, found without making the object of all its headers. */
function asksForMore({ rawHeaders }: IncomingMessage): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) if (special.has(rawHeaders[i]?.toLowerCase() ?? '')) return true
  return false
}

export function createHotAnswers(): HotAnswers {
  const hot = new Map<string, Hot>()
  let bytes = 0
  const drop = (target: string, entry: Hot): void => {
    if (hot.delete(target)) bytes -= weight * entry.body.length
  }
  const load = async (context: ServerContext, target: string, what: Pick<Hot, 'resource' | 'filename' | 'traffic'>) => {
    const body = await readFile(context.store.blobs.file(what.resource.digest ?? '')).catch(() => undefined)
    if (body === undefined || body.length !== what.resource.size || hot.has(target)) return
    const text = body.length <= largestText ? body.toString('latin1') : undefined
    hot.set(target, { ...what, body, text, headers: [], cacheStatus: '', whole: undefined, second: 0 })
    bytes += weight * body.length
  }
  /** What a target is answered with as long as it is good, its headers right for this second. */
  const find = (context: ServerContext, target: string, asking: Asking): Hot | undefined => {
    const entry = hot.get(target)
    if (entry === undefined || context.settings.requireToken) return undefined
    const { resource, body } = entry
    const now = context.now()
    const current = context.store.resources.get(resource.key) === resource && resource.size === body.length
    if (!current || (resource.expiresAt <= now && !resource.pinned) || resource.freshUntil <= now) {
      drop(target, entry)
      return undefined
    }
    const { clients } = context
    if (clients.networks.length > 0 && !clients.mayFetch(clients.addressOf(asking))) return undefined
    const second = Math.floor(now / 1000)
    if (entry.second !== second) {
      entry.second = second
      entry.whole = undefined
      const headers: Record<string, string> = {
        ...resourceHeaders(resource, 'hit', now, entry.filename),
        'Content-Length': String(body.length),
      }
      entry.headers = Object.entries(headers).flat()
      entry.cacheStatus = headers['Cache-Status'] ?? ''
    }
    return entry
  }
  const count = (context: ServerContext, { resource, body, traffic }: Hot): void => {
    context.store.resources.touch(resource, context.now())
    const { counters } = context.store
    counters.add('requests')
    counters.add('hits')
    counters.add('upload', body.length)
    traffic.requests++
    traffic.hits++
    traffic.up += body.length
  }
  return {
    take: (context, target, asking) => {
      const entry = find(context, target, asking)
      if (entry === undefined) return undefined
      count(context, entry)
      entry.whole ??= Buffer.concat([headOf(entry.headers), entry.body])
      return { answer: entry.whole, bytes: entry.body.length, cacheStatus: entry.cacheStatus }
    },
    answer: (context, request, response) => {
      if (request.method !== 'GET') return undefined
      const entry = asksForMore(request) ? undefined : find(context, request.url ?? '', request)
      if (entry === undefined) return undefined
      count(context, entry)
      response.writeHead(200, entry.headers as string[])
      if (entry.text === undefined) response.end(entry.body)
      else response.end(entry.text, 'latin1')
      return entry.body.length
    },
    learn: (context, target, what) => {
      const { resource } = what
      if (resource.digest === undefined || resource.size > largest || resource.size === 0 || hot.has(target)) return
      if (bytes + weight * resource.size > mostBytes) {
        const [oldest] = hot
        if (oldest !== undefined) drop(...oldest)
      }
      void load(context, target, what)
    },
  }
}

/** A head as node:http writes it for a connection that stays open. */
function headOf(headers: readonly string[]): Buffer {
  const lines = ['HTTP/1.1 200 OK']
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  lines.push(`Date: ${new Date().toUTCString()}`, 'Connection: keep-alive', `Keep-Alive: timeout=${keepAliveMs / 1000}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
