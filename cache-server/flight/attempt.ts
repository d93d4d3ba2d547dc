import { setTimeout as sleep } from 'node:timers/promises'
import type { FlightFailure } from '#cache-server/flight/flight'
import type { DownloadContext, DownloadRequest } from '#cache-server/flight/download'
import type { Exchange } from '#cache-server/upstream/exchange'
import { AddressRefused } from '#cache-server/upstream/dialer'
import { hostOf } from '#cache-server/access/upstream-rules'
import { UpstreamRefused } from '#cache-server/upstream/request'
import { codeOf, isHopeless, nextDelay, parseRetryAfter, retryStatuses } from '#cache-server/upstream/retry-policy'
import { encodingOf } from '#cache-server/upstream/response-head'

/** The result of asking until there is an answer: a good response, or why there is none. */
export type Answer = { readonly kind: 'answer'; readonly exchange: Exchange } | FlightFailure

export interface AskOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly accept: ReadonlySet<number>
  readonly attempts: number
  /** Monotonic milliseconds after which no attempt is made. */
  readonly deadline: number
  readonly signal: AbortSignal
}

/**
 * Asks upstream, and its mirrors in turn, until one gives an accepted status;
 * statuses worth a retry and failed connections are tried again with growing
 * pauses, Retry-After is kept to.
 */
export async function ask(context: DownloadContext, request: DownloadRequest, options: AskOptions): Promise<Answer> {
  const sources = [request.target, ...request.mirrors]
  let pause = 0
  let last: FlightFailure | undefined
  for (let attempt = 1; ; attempt++) {
    const source = sources[(attempt - 1) % sources.length] ?? request.target
    const left = options.deadline - performance.now()
    if (left <= 0) return tooLate(last, request, attempt - 1)
    const result = await once(context, request, source, left, options)
    if (result.kind === 'answer' || result.retry === undefined) return result
    last = result
    if (attempt >= options.attempts) return { ...result, message: `${result.message}, after ${attempt} attempts` }
    context.store.counters.add('retries')
    pause = nextDelay(Math.ceil(attempt / sources.length), pause, context.random)
    const wait = Math.max(pause, sources.length > 1 ? 0 : result.retry)
    if (performance.now() + wait >= options.deadline) return tooLate(result, request, attempt)
    if (wait > 0) await sleep(wait, undefined, { signal: options.signal }).catch(() => {})
  }
}

function tooLate(last: FlightFailure | undefined, request: DownloadRequest, attempts: number): FlightFailure {
  const none = `no answer from ${hostOf(request.target)} in time`
  if (last === undefined) return { kind: 'failed', status: 504, message: none }
  return { ...last, message: `${last.message}; gave up after ${attempts} attempt${attempts === 1 ? '' : 's'}` }
}

/** A failure with the milliseconds to wait at least before a retry; undefined when a retry is useless. */
interface Attempted extends FlightFailure {
  readonly retry: number | undefined
}

async function once(
  context: DownloadContext,
  request: DownloadRequest,
  source: URL,
  left: number,
  options: AskOptions,
): Promise<{ readonly kind: 'answer'; readonly exchange: Exchange } | Attempted> {
  const host = hostOf(source)
  const timer = AbortSignal.timeout(Math.max(1, Math.ceil(left)))
  const early = new AbortController()
  // The deadline is for the head; the body has its own limits.
  const onTimeout = (): void => early.abort(timer.reason)
  timer.addEventListener('abort', onTimeout, { once: true })
  try {
    const exchange = await context.upstream.open({
      url: source,
      method: 'GET',
      headers: options.headers,
      authorization: request.authorization,
      via: request.via,
      signal: AbortSignal.any([options.signal, early.signal]),
    })
    context.health.answered(host)
    return judge(exchange, options, context, host)
  } catch (error) {
    if (options.signal.aborted) return fail(499, 'the download was aborted', undefined)
    return explain(error, host, timer.aborted)
  } finally {
    timer.removeEventListener('abort', onTimeout)
  }
}

function judge(
  exchange: Exchange,
  options: AskOptions,
  context: DownloadContext,
  host: string,
): { readonly kind: 'answer'; readonly exchange: Exchange } | Attempted {
  const { status, headers } = exchange
  if (options.accept.has(status)) {
    const encoding = encodingOf(headers)
    if (encoding === undefined || status === 304) return { kind: 'answer', exchange }
    exchange.abort()
    context.store.counters.add('encoded_refused')
    return fail(502, `${host} sends the file encoded (${encoding}) although identity was asked`, undefined)
  }
  exchange.abort()
  if (retryStatuses.has(status) && exchange.final !== true) {
    const retryAfter = headers['retry-after']
    const wait = parseRetryAfter(retryAfter, context.now()) ?? 0
    return { ...fail(status, `${host} answered ${status}`, wait), retryAfter }
  }
  if (status === 206 || status === 304)
    return fail(502, `${host} answered ${status}, which was not asked for`, undefined)
  return fail(status < 200 || status === 204 || status === 205 ? 502 : status, `${host} answered ${status}`, undefined)
}

function explain(error: unknown, host: string, timedOut: boolean): Attempted {
  if (error instanceof UpstreamRefused) return fail(error.status, error.message, undefined)
  if (error instanceof AddressRefused) return fail(403, error.message, undefined)
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (code === 'ENOTFOUND') return fail(502, `the name ${host} is not known`, 0)
  if (isHopeless(error)) return fail(502, `no connection to ${host}: ${message}`, undefined)
  if (timedOut || code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT')
    return fail(504, `no answer from ${host} in time`, 0)
  return fail(502, `no connection to ${host}: ${message}`, 0)
}

function fail(status: number, message: string, retry: number | undefined): Attempted {
  return { kind: 'failed', status, message, retry }
}
