import { Agent, type Dispatcher, interceptors } from 'undici'

let agent: Dispatcher | undefined

/**
 * The connections that downloads share: redirects followed, a failed request or
 * body tried again up to eight times with growing pauses and resumed by range.
 */
export function downloadAgent(): Dispatcher {
  agent ??= new Agent({ headersTimeout: 60_000, bodyTimeout: 60_000 }).compose(
    interceptors.redirect({ maxRedirections: 10 }),
    interceptors.retry({
      maxRetries: 8,
      minTimeout: 250,
      maxTimeout: 10_000,
      timeoutFactor: 2,
      retryAfter: true,
      // The statuses that KissCache takes for passing.
      statusCodes: [408, 413, 420, 425, 429, 430, 500, 502, 503, 504, 507, 509, 529, 598],
    }),
  )
  return agent
}
