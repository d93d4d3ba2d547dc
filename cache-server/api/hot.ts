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
  /** The second for which the headers are right. */
  second: number
}

/** Answers for small files that are asked for again and again, kept in memory. */
export interface HotAnswers {
  /** Answers at once when it can; gives the bytes sent, or undefined. */
  readonly answer: (context: ServerContext, request: IncomingMessage, response: ServerResponse) => number | undefined
  /** Remembers what a target was answered with. */
  readonly learn: (context: ServerContext, target: string, what: Pick<Hot, 'resource' | 'filename' | 'traffic'>) => void
}

const largest = 64 * 1024
const largestText = 8 * 1024
const mostBytes = 64 * 2 ** 20

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
    if (hot.delete(target)) bytes -= entry.body.length
  }
  const load = async (context: ServerContext, target: string, what: Pick<Hot, 'resource' | 'filename' | 'traffic'>) => {
    const body = await readFile(context.store.blobs.file(what.resource.digest ?? '')).catch(() => undefined)
    if (body === undefined || body.length !== what.resource.size || hot.has(target)) return
    const text = body.length <= largestText ? body.toString('latin1') : undefined
    hot.set(target, { ...what, body, text, headers: [], second: 0 })
    bytes += body.length
  }
  return {
    answer: (context, request, response) => {
      const target = request.url ?? ''
      const entry = hot.get(target)
      if (entry === undefined || request.method !== 'GET' || context.settings.requireToken) return undefined
      const { resource, body } = entry
      const now = context.now()
      const current = context.store.resources.get(resource.key) === resource && resource.size === body.length
      if (!current || (resource.expiresAt <= now && !resource.pinned) || resource.freshUntil <= now) {
        drop(target, entry)
        return undefined
      }
      if (asksForMore(request)) return undefined
      const { clients } = context
      if (clients.networks.length > 0 && !clients.mayFetch(clients.addressOf(request))) return undefined
      const second = Math.floor(now / 1000)
      if (entry.second !== second) {
        entry.second = second
        const headers = {
          ...resourceHeaders(resource, 'hit', now, entry.filename),
          'Content-Length': String(body.length),
        }
        entry.headers = Object.entries(headers).flat()
      }
      context.store.resources.touch(resource, now)
      const { counters } = context.store
      counters.add('requests')
      counters.add('hits')
      counters.add('upload', body.length)
      entry.traffic.requests++
      entry.traffic.hits++
      entry.traffic.up += body.length
      response.writeHead(200, entry.headers as string[])
      if (entry.text === undefined) response.end(body)
      else response.end(entry.text, 'latin1')
      return body.length
    },
    learn: (context, target, what) => {
      const { resource } = what
      if (resource.digest === undefined || resource.size > largest || resource.size === 0 || hot.has(target)) return
      if (bytes + resource.size > mostBytes) {
        const [oldest] = hot
        if (oldest !== undefined) drop(...oldest)
      }
      void load(context, target, what)
    },
  }
}
