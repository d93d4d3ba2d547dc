import type { DownloadContext } from '#cache-server/flight/download'
import { startDownload } from '#cache-server/flight/download'
import type { Flight } from '#cache-server/flight/flight'
import type { DownloadRequest, Life } from '#cache-server/flight/request'
import type { ResourceName } from '#cache-server/flight/resource-name'
import type { Resource } from '#cache-server/store/resource'

/** How a request is answered, in the words of RFC 9211. */
export type CacheStatus = 'hit' | 'miss' | 'collapsed' | 'stale' | 'negative'

export type Found =
  | { readonly kind: 'resource'; readonly resource: Resource; readonly status: CacheStatus }
  | { readonly kind: 'flight'; readonly flight: Flight; readonly status: CacheStatus; readonly previous?: Resource }

export interface FindOptions {
  readonly ttl: number
  readonly authorization: string | undefined
  readonly expected: string | undefined
  /** Ask upstream although the copy is good. */
  readonly refresh: boolean
  readonly via?: string | undefined
}

/** Finds or starts what a request needs: one download for each resource at a time. */
export interface Fetcher {
  readonly find: (name: ResourceName, options: FindOptions) => Found
  readonly flights: ReadonlyMap<string, Flight>
  /** Resolves when no download runs. */
  readonly idle: () => Promise<void>
  readonly abortAll: (reason: Error) => void
}

export function createFetcher(context: DownloadContext): Fetcher {
  const { store } = context
  const flights = new Map<string, Flight>()

  const start = (name: ResourceName, options: FindOptions, previous: Resource | undefined): Flight => {
    const now = context.now()
    const life: Life = { createdAt: now, ttl: options.ttl, uses: 1, lastUsage: now }
    const usable = previous !== undefined && previous.status === 200 && options.expected === undefined
    const request: DownloadRequest = {
      key: name.key,
      url: name.shown,
      target: name.target,
      mirrors: name.mirrors,
      authorization: options.authorization ?? name.authorization,
      rule: name.rule,
      life,
      previous: usable ? previous : undefined,
      expected: options.expected,
      via: options.via,
    }
    const flight = startDownload(context, request)
    flights.set(name.key, flight)
    void flight.done.finally(() => {
      if (flights.get(name.key) === flight) flights.delete(name.key)
    })
    return flight
  }

  const join = (flight: Flight, ttl: number): Flight => {
    const now = context.now()
    const { life } = flight
    life.uses++
    life.lastUsage = now
    life.ttl = Math.min(life.ttl, (now - life.createdAt) / 1000 + ttl)
    return flight
  }

  const find = (name: ResourceName, options: FindOptions): Found => {
    const now = context.now()
    const running = flights.get(name.key)
    const kept = store.resources.get(name.key)
    const resource = kept !== undefined && (kept.pinned || kept.expiresAt > now) ? kept : undefined
    const body = running?.outcome?.kind === 'body' ? running.outcome.body : undefined
    if (running !== undefined && (resource === undefined || resource.status !== 200) && body?.holds(0) !== false) {
      return { kind: 'flight', flight: join(running, options.ttl), status: 'collapsed' }
    }
    if (resource === undefined) return { kind: 'flight', flight: start(name, options, undefined), status: 'miss' }
    store.resources.touch(resource, now)
    shorten(resource, options.ttl, now, context)
    const wrong = options.expected !== undefined && resource.digest !== options.expected
    if (resource.status !== 200 && !options.refresh) return { kind: 'resource', resource, status: 'negative' }
    if (resource.freshUntil > now && !options.refresh && !wrong) return { kind: 'resource', resource, status: 'hit' }
    const flight = running ?? start(name, options, resource)
    const soft = resource.freshUntil + name.rule.staleWhileRevalidateSeconds * 1000
    if (soft > now && !options.refresh && !wrong) return { kind: 'resource', resource, status: 'stale' }
    return { kind: 'flight', flight, status: 'miss', ...(wrong ? {} : { previous: resource }) }
  }

  return {
    find,
    flights,
    idle: async () => {
      while (flights.size > 0) await Promise.all([...flights.values()].map(({ done }) => done))
    },
    abortAll: (reason) => {
      for (const flight of flights.values()) flight.abort(reason)
    },
  }
}

/** KissCache's rule: a later request can bring the end nearer, never put it off. */
function shorten(resource: Resource, ttl: number, now: number, context: DownloadContext): void {
  const end = now + ttl * 1000
  if (end >= resource.expiresAt) return
  resource.expiresAt = end
  resource.ttl = Math.round((end - resource.createdAt) / 1000)
  void context.store.save(resource)
}
