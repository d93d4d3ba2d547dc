import type { DownloadRequest as Request } from '#cache-server/flight/request'
import { ask, type Answer } from '#cache-server/flight/attempt'
import type { Flight, FlightFailure, FlightOutcome, ResponseHead } from '#cache-server/flight/flight'
import { GrowingFile } from '#cache-server/flight/growing-file'
import { BodyFailed, receiveBody } from '#cache-server/flight/receive'
import { describe, refresh, rememberFailure } from '#cache-server/flight/remember'
import { freshUntil } from '#cache-server/flight/freshness'
import { hostOf } from '#cache-server/access/upstream-rules'
import type { FetchSettings } from '#cache-server/settings'
import type { Incoming } from '#cache-server/store/blobs'
import type { Resource } from '#cache-server/store/resource'
import type { Reservation } from '#cache-server/store/space'
import type { Tier } from '#cache-server/tier/tier'
import type { Store } from '#cache-server/store/store'
import type { Exchange } from '#cache-server/upstream/exchange'
import type { HostHealth } from '#cache-server/upstream/host-health'
import type { Upstream } from '#cache-server/upstream/request'
import { readHead } from '#cache-server/upstream/response-head'

export type DownloadRequest = Request

/** What a download stands on. */
export interface DownloadContext {
  readonly store: Store
  readonly upstream: Upstream
  readonly health: HostHealth
  readonly settings: FetchSettings
  readonly tier?: Tier | undefined
  readonly now: () => number
  readonly random: () => number
}

const accepted: ReadonlySet<number> = new Set([200])
const acceptedOrUnchanged: ReadonlySet<number> = new Set([200, 304])

/** Starts a download that nobody needs to wait for: it goes on when every client has left. */
export function startDownload(context: DownloadContext, request: DownloadRequest): Flight {
  const ready = Promise.withResolvers<FlightOutcome>()
  const digested = Promise.withResolvers<void>()
  const aborter = new AbortController()
  const flight = {
    key: request.key,
    url: request.url,
    startedAt: context.now(),
    life: request.life,
    ready: ready.promise,
    done: Promise.resolve<Resource | undefined>(undefined),
    outcome: undefined as FlightOutcome | undefined,
    expected: request.expected,
    digest: undefined as string | undefined,
    digested: digested.promise,
    abort: (reason: Error) => aborter.abort(reason),
  }
  const settle = (outcome: FlightOutcome): void => {
    flight.outcome ??= outcome
    ready.resolve(outcome)
  }
  const found = (digest: string): void => {
    flight.digest = digest
    digested.resolve()
  }
  const expect = (digest: string): void => {
    flight.expected = digest
  }
  flight.done = run(context, request, { settle, found, expect, signal: aborter.signal })
    .catch(async (error: unknown) => {
      const message = `a fault of the cache server: ${error instanceof Error ? error.message : String(error)}`
      settle({ kind: 'failed', status: 500, message })
      return undefined
    })
    .finally(() => digested.resolve())
  return flight
}

interface Steering {
  readonly settle: (outcome: FlightOutcome) => void
  readonly found: (digest: string) => void
  readonly expect: (digest: string) => void
  readonly signal: AbortSignal
}

async function run(
  context: DownloadContext,
  request: DownloadRequest,
  steering: Steering,
): Promise<Resource | undefined> {
  const shared = await findShared(context, request, steering.signal)
  if (shared !== undefined) {
    steering.expect(shared.digest)
    return takeBody(context, shared.request, shared.exchange, steering)
  }
  const host = hostOf(request.target)
  const closed = context.health.closedFor(host)
  const answer = closed === undefined ? await askFirst(context, request, steering.signal) : leftAlone(host, closed)
  if (answer.kind === 'failed') {
    if (answer.status >= 500 && closed === undefined && !/ answered \d/.test(answer.message))
      context.health.unreachable(host)
    return fail(context, request, answer, steering)
  }
  const { exchange } = answer
  if (exchange.status === 304 && request.previous !== undefined) {
    exchange.abort()
    const resource = await refresh(context, request, request.previous, readHead(exchange))
    steering.settle({ kind: 'unchanged', resource })
    return resource
  }
  return takeBody(context, request, exchange, steering)
}

/** What the bucket has of a resource that is not here at all; never what credentials were needed for. */
async function findShared(context: DownloadContext, request: DownloadRequest, signal: AbortSignal) {
  const { previous, authorization, expected, life } = request
  if (context.tier === undefined || previous !== undefined || authorization !== undefined) return undefined
  const found = await context.tier.find(request.key, signal)
  if (found === undefined) return undefined
  const { resource, exchange } = found
  if (expected !== undefined && expected !== resource.digest) {
    exchange.abort()
    return undefined
  }
  const asked = (context.now() - resource.createdAt) / 1000 + life.ttl
  life.createdAt = resource.createdAt
  life.ttl = Math.min(resource.ttl, asked)
  const digest = resource.digest ?? ''
  return { exchange, digest, request: { ...request, expected: digest, shared: resource } }
}

function leftAlone(host: string, ms: number): FlightFailure {
  const seconds = Math.ceil(ms / 1000)
  const message = `${host} did not answer the last downloads and is left alone for ${seconds} s more`
  return { kind: 'failed', status: 502, message, retryAfter: String(seconds) }
}

function askFirst(context: DownloadContext, request: DownloadRequest, signal: AbortSignal): Promise<Answer> {
  const { previous } = request
  const headers: Record<string, string> = {}
  if (previous?.etag !== undefined) headers['if-none-match'] = previous.etag
  if (previous?.lastModified !== undefined) headers['if-modified-since'] = previous.lastModified
  return ask(context, request, {
    headers,
    accept: previous === undefined ? accepted : acceptedOrUnchanged,
    attempts: context.settings.retries,
    deadline: performance.now() + context.settings.firstByteMs,
    signal,
  })
}

async function takeBody(
  context: DownloadContext,
  request: DownloadRequest,
  exchange: Exchange,
  steering: Steering,
): Promise<Resource | undefined> {
  const { store } = context
  const head = readHead(exchange)
  const [reservation, incoming] = await Promise.all([store.space.reserve(head.length ?? 0), store.blobs.create()])
  if (reservation.room === 'full') {
    exchange.abort()
    await incoming.handle.close()
    await store.blobs.discard(incoming)
    const message = `the quota of the cache is used up and ${head.length ?? 'more'} bytes do not fit`
    return fail(context, request, { kind: 'failed', status: 507, message }, steering)
  }
  const body = new GrowingFile(incoming.handle.fd)
  if (reservation.room === 'disk') body.diskFull = true
  steering.settle({ kind: 'body', head, body })
  try {
    const digest = await receiveBody(context, request, exchange, body, steering.signal)
    store.counters.add('download', body.received)
    if (request.expected !== undefined && request.expected !== digest) {
      throw new BodyFailed(502, `the sha256 is ${digest}, not the expected ${request.expected}`)
    }
    steering.found(digest)
    body.end()
    return await keep(context, request, { head, body, incoming, digest, reservation })
  } catch (error) {
    const failure = error instanceof BodyFailed ? error : new BodyFailed(500, (error as Error).message)
    body.end(failure)
    await store.blobs.discard(incoming)
    return fail(context, request, { kind: 'failed', status: failure.status, message: failure.message }, steering)
  } finally {
    reservation.release()
    void body.whenUnused().then(() => incoming.handle.close())
  }
}

interface Received {
  readonly head: ResponseHead
  readonly body: GrowingFile
  readonly incoming: Incoming
  readonly digest: string
  readonly reservation: Reservation
}

async function keep(context: DownloadContext, request: DownloadRequest, got: Received): Promise<Resource | undefined> {
  const { store } = context
  await got.body.settle()
  const declared = got.head.length !== undefined
  if (got.body.diskFull || (!declared && !got.reservation.grow(got.body.size))) {
    await store.blobs.discard(got.incoming)
    return undefined
  }
  const now = context.now()
  await store.blobs.commit(got.incoming, got.digest, got.body.size, now)
  // From here on the blob itself counts; both together would push a neighbour out.
  got.reservation.release()
  const { length: _, ...passedOn } = got.head
  const resource: Resource = {
    ...describe(request, now),
    ...passedOn,
    status: 200,
    size: got.body.size,
    digest: got.digest,
    message: undefined,
    freshUntil: request.shared?.freshUntil ?? freshUntil(request.rule, passedOn, now),
    validatedAt: request.shared?.validatedAt ?? now,
  }
  await store.save(resource)
  if (request.shared === undefined && request.authorization === undefined) context.tier?.store(resource)
  store.counters.add('successes')
  return resource
}

function fail(
  context: DownloadContext,
  request: DownloadRequest,
  failure: FlightFailure,
  steering: Steering,
): undefined {
  // A bad copy in the bucket says nothing of upstream, which is asked next time.
  if (request.shared === undefined) rememberFailure(context, request, failure)
  else void context.tier?.forget(request.key)
  steering.settle(failure)
}
