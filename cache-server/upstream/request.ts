import type { Dispatcher } from 'undici'
import { type AllowEntry, hostOf, type UpstreamRules } from '#cache-server/access/upstream-rules'
import type { FetchSettings } from '#cache-server/settings'
import { type Exchange, openExchange } from '#cache-server/upstream/exchange'
import { lkftVersion } from '#files/version'

/** A URL or a hop of its redirects that may not be fetched. */
export class UpstreamRefused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'UpstreamRefused'
    this.status = status
  }
}

export interface UpstreamRequest {
  readonly url: URL
  readonly method: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  /** Sent to the first host only, and to others of the same origin. */
  readonly authorization?: string | undefined
  /** The cache servers that a request came through, for a parent to see loops. */
  readonly via?: string | undefined
  readonly signal: AbortSignal
}

/** What the server needs of the network. */
export interface Upstream {
  /** Sends a request and follows its redirects by hand, judging each hop. */
  readonly open: (request: UpstreamRequest) => Promise<Exchange>
  readonly rules: UpstreamRules
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export function createUpstream(dispatcher: Dispatcher, rules: UpstreamRules, settings: FetchSettings): Upstream {
  const agent = `lkft-cache/${lkftVersion()}`
  const open = async (request: UpstreamRequest): Promise<Exchange> => {
    let url = request.url
    for (let hop = 0; hop <= settings.redirects; hop++) {
      const refusal = rules.judgeUrl(url)
      if (refusal !== undefined) {
        throw new UpstreamRefused(
          403,
          hop === 0 ? refusal.message : `${request.url.href} redirects: ${refusal.message}`,
        )
      }
      const authorization = chooseAuthorization(rules.entryFor(url), url, request)
      const exchange = await openExchange(dispatcher, {
        url,
        method: request.method,
        signal: request.signal,
        headers: {
          ...request.headers,
          'user-agent': agent,
          'accept-encoding': 'identity',
          accept: '*/*',
          ...(authorization === undefined ? {} : { authorization }),
        },
      })
      const location = exchange.headers.location
      if (!redirectStatuses.has(exchange.status) || location === undefined) return exchange
      exchange.abort()
      url = nextHop(url, location, rules)
    }
    throw new UpstreamRefused(502, `${request.url.href} redirects more than ${settings.redirects} times`)
  }
  return { open, rules }
}

function nextHop(from: URL, location: string, rules: UpstreamRules): URL {
  const next = URL.parse(location, from.href)
  if (next === null || (next.protocol !== 'http:' && next.protocol !== 'https:')) {
    throw new UpstreamRefused(502, `${from.href} redirects to something that is no http or https URL`)
  }
  if (from.protocol === 'https:' && next.protocol === 'http:' && rules.entryFor(next)?.allowDowngrade !== true) {
    throw new UpstreamRefused(
      502,
      `${from.href} redirects from https to http: set "allow-downgrade: true" on the entry of ${hostOf(next)} to follow`,
    )
  }
  next.username = ''
  next.password = ''
  next.hash = ''
  return next
}

/** The configured credentials of the host, else the client's own while on the first origin. */
function chooseAuthorization(entry: AllowEntry | undefined, url: URL, request: UpstreamRequest): string | undefined {
  if (entry?.authorization !== undefined) return entry.authorization
  return url.origin === request.url.origin ? request.authorization : undefined
}
