import { type Call, type Handler, sendText, type ServerContext } from '#cache-server/api/context'
import { promisedDigest } from '#cache-server/api/checksums'
import { answerHead } from '#cache-server/api/fetch-head'
import type { FlightFailure } from '#cache-server/flight/flight'
import type { Found } from '#cache-server/flight/fetcher'
import { nameResource, type ResourceName } from '#cache-server/flight/resource-name'
import { hostOf } from '#cache-server/access/upstream-rules'
import { isLoop } from '#cache-server/upstream/parent'
import { parseTtl } from '#cache-server/quantities'
import { answerFlight, answerResource, type Client } from '#cache-server/serve/answer'
import type { Resource } from '#cache-server/store/resource'

/** `/api/v1/fetch/[NAME]?url=U[&ttl=T][&sha256=D]`. */
export const fetchEndpoint: Handler = async (context, call) => {
  const { query, request } = call
  if (!context.clients.mayFetch(call.client)) {
    return sendText(
      call,
      403,
      `${call.client} may not use this cache: add its network to "client-networks:" in ${context.settings.configFile}\n`,
    )
  }
  const via = request.headers.via
  if (isLoop(via, context.self))
    return sendText(call, 508, "this request came through here before: cache servers are each other's parents\n")
  if (context.settings.requireToken) {
    const bearer = context.tokens.bearerOf(request)
    if (bearer === 'limited') return sendText(call, 429, 'this token asks too often\n', { 'Retry-After': '1' })
    if (bearer?.may('read') !== true)
      return sendText(call, 401, 'a token with scope read is needed\n', { 'WWW-Authenticate': 'Bearer' })
  }
  const url = query.get('url')
  if (url === null || url === '') return sendText(call, 400, "'url' should be specified\n")
  const ttlText = query.get('ttl')
  const ttl = ttlText === null ? undefined : parseTtl(ttlText)
  if (ttlText !== null && ttl === undefined)
    return sendText(call, 400, "Invalid 'ttl' value: a number above 0 and d, h, m or s, e.g. 4h\n")
  const given = query.get('sha256')?.toLowerCase()
  if (given !== undefined && !/^[0-9a-f]{64}$/.test(given))
    return sendText(call, 400, "Invalid 'sha256' value: 64 hexadecimal digits\n")
  const list = query.get('checksums') ?? undefined
  if (list !== undefined && !/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(list))
    return sendText(call, 400, "Invalid 'checksums' value: the name of a file beside it, e.g. SHA256SUMS\n")
  const filename = filenameOf(call.path)
  if (filename === undefined) return sendText(call, 404, 'Not Found\n')
  const name = nameResource(url, request.headers.authorization, context.upstream.rules, context.urlRules)
  if (typeof name === 'string') return sendText(call, 400, `${name}\n`)
  const refusal = context.upstream.rules.judgeUrl(name.target)
  if (refusal !== undefined) return sendText(call, 403, `${refusal.message}\n`)
  const { authorization } = request.headers
  const file = given === undefined ? (list ?? name.rule.checksums) : undefined
  const listed = file === undefined || name.target.pathname.endsWith(`/${file}`)
  const promised = listed ? undefined : await promisedDigest(context, name, file, authorization)
  if (promised !== undefined && 'message' in promised)
    return sendText(call, promised.status, `${promised.message}\n`, { 'Cache-Control': 'no-store' })
  const expected = given ?? promised?.sha256
  const client: Client = {
    request,
    response: call.response,
    filename: filename === '' ? undefined : filename,
    expected,
    now: context.now(),
    accelPrefix: context.clients.isProxied(request) ? context.settings.accelPrefix : undefined,
  }
  if (request.method === 'HEAD') return answerHead(context, call, client, name)
  context.store.counters.add('requests')
  const found = context.fetcher.find(name, {
    ttl: ttl ?? name.rule.ttlSeconds ?? context.settings.defaultTtlSeconds,
    authorization: undefined,
    expected,
    refresh: false,
    via,
  })
  const sent = await answerFound(context, call, client, found, name.rule.staleIfErrorSeconds)
  context.store.counters.add('upload', sent)
  noteTraffic(context, name, found, call.response.statusCode, sent)
  // An answer that depends on who asked is not for everybody who sends the same target.
  const open = authorization === undefined && expected === undefined
  if (found.kind === 'resource' && found.status === 'hit' && open) {
    const { filename: named } = client
    const traffic = context.traffic.of(hostOf(name.target))
    context.hot.learn(context, request.url ?? '', { resource: found.resource, filename: named, traffic })
  }
  return sent
}

/** Answers with what was found, waiting for upstream when need be. */
export async function answerFound(
  context: ServerContext,
  call: Call,
  client: Client,
  found: Found,
  staleIfErrorSeconds: number,
): Promise<number> {
  count(context, found)
  if (found.kind === 'resource') return answerKept(context, call, client, found.resource, found)
  const outcome = await found.flight.ready
  if (call.response.destroyed) return 0
  if (outcome.kind === 'body') return answerFlight(context.store, client, found, found.flight, outcome)
  if (outcome.kind === 'unchanged')
    return answerKept(context, call, client, outcome.resource, { ...found, status: 'hit' })
  const { previous } = found
  const usable = previous !== undefined && previous.freshUntil + staleIfErrorSeconds * 1000 > client.now
  if (usable && outcome.status >= 500) return answerKept(context, call, client, previous, { ...found, status: 'stale' })
  return sendFailure(call, outcome)
}

function answerKept(
  context: ServerContext,
  call: Call,
  client: Client,
  resource: Resource,
  found: Found,
): Promise<number> | number {
  if (resource.status === 200) return answerResource(context.store, client, resource, found.status)
  return sendFailure(
    call,
    { kind: 'failed', status: resource.status, message: resource.message ?? '' },
    'lkft; hit; detail=negative',
  )
}

function sendFailure(call: Call, failure: FlightFailure, cacheStatus = 'lkft; fwd=uri-miss'): number {
  const headers: Record<string, string> = { 'Cache-Status': cacheStatus, 'Cache-Control': 'no-store' }
  if (failure.retryAfter !== undefined && /^[\x20-\x7e]{1,64}$/.test(failure.retryAfter))
    headers['Retry-After'] = failure.retryAfter
  return sendText(call, failure.status, `${failure.message.replaceAll(/[^\x20-\x7e]/g, '?')}\n`, headers)
}

function noteTraffic(context: ServerContext, name: ResourceName, found: Found, status: number, sent: number): void {
  const counts = context.traffic.of(hostOf(name.target))
  counts.requests++
  counts.up += sent
  if (found.status !== 'miss') counts.hits++
  else if (found.kind === 'flight' && found.flight.outcome?.kind === 'body')
    counts.down += found.flight.outcome.body.received
  if (status >= 400) counts.failures++
}

function count(context: ServerContext, found: Found): void {
  const { counters } = context.store
  if (found.status === 'hit') counters.add('hits')
  else if (found.status === 'collapsed') counters.add('coalesced')
  else if (found.status === 'negative') counters.add('negative_hits')
  else if (found.status === 'stale') counters.add('stale')
  else counters.add('misses')
}

/** The NAME part, '' without one, undefined when it is more than one path segment. */
function filenameOf(path: string): string | undefined {
  const rest = path.slice('/api/v1/fetch'.length).replace(/^\//, '')
  try {
    const name = decodeURIComponent(rest)
    return name.includes('/') || /[\u0000-\u001f\u007f]/.test(name) ? undefined : name
  } catch {
    return undefined
  }
}
