import { type Call, sendText, type ServerContext } from '#cache-server/api/context'
import type { ResourceName } from '#cache-server/flight/resource-name'
import { answerFlight, answerResource, type Client } from '#cache-server/serve/answer'
import { flightHeaders } from '#cache-server/serve/headers'
import { ask } from '#cache-server/flight/attempt'
import type { DownloadContext } from '#cache-server/flight/download'
import { encodingOf, readHead } from '#cache-server/upstream/response-head'

/**
 * HEAD: from the copy or the running download when there is one, else from
 * upstream. No body is downloaded: where upstream takes no HEAD, or gives no
 * length, a GET is sent and its connection closed after the head.
 */
export async function answerHead(
  context: ServerContext,
  call: Call,
  client: Client,
  name: ResourceName,
): Promise<number> {
  const { store, fetcher } = context
  const running = fetcher.flights.get(name.key)
  const kept = store.resources.get(name.key)
  if (kept !== undefined && (kept.pinned || kept.expiresAt > client.now)) {
    if (kept.status !== 200) return sendText(call, kept.status, kept.message ?? '')
    if (kept.freshUntil > client.now) {
      store.resources.touch(kept, client.now)
      return answerResource(store, client, kept, 'hit')
    }
  }
  if (running !== undefined) {
    const outcome = await running.ready
    const found = { kind: 'flight', flight: running, status: 'collapsed' } as const
    if (outcome.kind === 'body') return answerFlight(store, client, found, running, outcome)
    if (outcome.kind === 'unchanged') return answerResource(store, client, outcome.resource, 'hit')
    return sendText(call, outcome.status, outcome.message)
  }
  return askUpstream(context, call, client, name)
}

async function askUpstream(context: ServerContext, call: Call, client: Client, name: ResourceName): Promise<number> {
  const signal = AbortSignal.timeout(context.settings.fetch.firstByteMs)
  const head = await context.upstream
    .open({
      url: name.target,
      method: 'HEAD',
      headers: {},
      authorization: name.authorization,
      via: call.request.headers.via,
      signal,
    })
    .catch(() => undefined)
  head?.abort()
  const good =
    head?.status === 200 && head.headers['content-length'] !== undefined && encodingOf(head.headers) === undefined
  const exchange = good ? head : await askByGet(context, name, signal)
  if (exchange === undefined || 'kind' in exchange) {
    return sendText(call, exchange?.status ?? 504, exchange?.message ?? 'no answer from upstream in time')
  }
  const described = readHead(exchange)
  const found = { kind: 'flight', flight: undefined as never, status: 'miss' } as const
  const headers = flightHeaders(described, found, client.filename)
  const length = described.length === undefined ? {} : { 'Content-Length': String(described.length) }
  call.response.writeHead(200, { ...headers, ...length, 'Cache-Status': 'lkft; fwd=method' }).end()
  return 0
}

async function askByGet(context: ServerContext, name: ResourceName, signal: AbortSignal) {
  const download: DownloadContext = { ...context, settings: context.settings.fetch, random: Math.random }
  const life = { createdAt: 0, ttl: 0, uses: 0, lastUsage: 0 }
  const request = { ...name, url: name.shown, life, previous: undefined, expected: undefined }
  const answer = await ask(download, request, {
    headers: {},
    accept: new Set([200]),
    attempts: context.settings.fetch.retries,
    deadline: performance.now() + context.settings.fetch.firstByteMs,
    signal,
  })
  if (answer.kind === 'failed') return answer
  answer.exchange.abort()
  return answer.exchange
}
