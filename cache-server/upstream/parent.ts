import type { Dispatcher } from 'undici'
import type { AllowEntry } from '#cache-server/access/upstream-rules'
import type { ParentSettings } from '#cache-server/settings'
import { type Exchange, openExchange } from '#cache-server/upstream/exchange'
import { namesIn, type ParentWaits } from '#cache-server/upstream/parent-circle'
import { type Upstream, UpstreamRefused, type UpstreamRequest } from '#cache-server/upstream/request'

/** How long a parent that cannot be reached is not asked. */
const restMs = 10_000

/** With which a parent says that it will not, without having asked upstream. */
const ownRefusals: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 429, 500, 503, 508])

/** The entry of the allowlist by which a parent, and nothing else, is dialled. */
export function parentEntry({ url }: ParentSettings): AllowEntry {
  const { hostname, port, protocol } = new URL(url)
  return {
    host: hostname.replaceAll(/^\[|\]$/g, '').toLowerCase(),
    ports: [port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)],
    private: true,
    forwardAuthorization: false,
    allowDowngrade: false,
  }
}

/**
 * Asks a parent cache server before upstream. What needs credentials is fetched
 * directly, and so is everything while the parent cannot be reached or refuses;
 * its answers are final, since it has tried again already.
 *
 * @param dispatcher dials the parent only
 * @param self how this server calls itself in `Via`
 * @param waits tells when the parent waits for this very server
 */
export function withParent(
  direct: Upstream,
  dispatcher: Dispatcher,
  parent: ParentSettings,
  self: string,
  waits: ParentWaits,
): Upstream {
  let restUntil = 0
  const ask = (request: UpstreamRequest): Promise<Exchange | undefined> => {
    const { url: wanted, method, signal } = request
    const url = new URL('/api/v1/fetch/', parent.url)
    url.searchParams.set('url', wanted.href)
    const via = request.via === undefined ? `1.1 ${self}` : `${request.via}, 1.1 ${self}`
    const token = parent.token === undefined ? {} : { 'x-lkft-token': parent.token }
    const headers = { ...request.headers, ...token, via, 'accept-encoding': 'identity' }
    if (method === 'HEAD') return openExchange(dispatcher, { url, method, signal, headers })
    return waits.during(wanted.href, via, (circle) =>
      openExchange(dispatcher, { url, method, headers, signal: AbortSignal.any([signal, circle]) }),
    )
  }
  return {
    rules: direct.rules,
    open: async (request) => {
      const { url, authorization, signal } = request
      const refusal = direct.rules.judgeUrl(url)
      if (refusal !== undefined) throw new UpstreamRefused(403, refusal.message)
      const secret = authorization !== undefined || direct.rules.entryFor(url)?.authorization !== undefined
      if (secret || performance.now() < restUntil) return direct.open(request)
      const exchange = await ask(request).catch((error: unknown) => {
        if (signal.aborted) throw error
        restUntil = performance.now() + restMs
        return undefined
      })
      if (exchange === undefined) return direct.open(request)
      if (exchange.headers['cache-status'] === undefined && ownRefusals.has(exchange.status)) {
        exchange.abort()
        return direct.open(request)
      }
      return { ...exchange, final: true }
    },
  }
}

/** Whether a request has been here before: cache servers that ask each other in a circle. */
export function isLoop(via: string | undefined, self: string): boolean {
  return namesIn(via ?? '').includes(self)
}
