import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createActionsService } from '#cache-server/actions/service'
import { createClientRules } from '#cache-server/access/client-rules'
import { ownerToken } from '#cache-server/access/owner-token'
import { createTokens } from '#cache-server/access/tokens'
import { createUpstreamRules } from '#cache-server/access/upstream-rules'
import type { ServerContext } from '#cache-server/api/context'
import { createAccessLog } from '#cache-server/api/access-log'
import { createHotAnswers } from '#cache-server/api/hot'
import { route } from '#cache-server/api/router'
import { createTraffic } from '#cache-server/api/traffic'
import { createFetcher } from '#cache-server/flight/fetcher'
import { compileRules } from '#cache-server/flight/resource-name'
import type { Settings } from '#cache-server/settings'
import { scrubNext } from '#cache-server/store/scrub'
import { openStore } from '#cache-server/store/store'
import { createDialer, type Lookup } from '#cache-server/upstream/dialer'
import { createHostHealth } from '#cache-server/upstream/host-health'
import { createUpstream } from '#cache-server/upstream/request'
import { LkftError } from '#errors/lkft-error'

/** A running cache server. */
export interface CacheServer extends AsyncDisposable {
  readonly url: string
  readonly context: ServerContext
  /** Takes no new connection, lets answers and downloads finish for a while, then closes. */
  readonly drain: (graceMs: number) => Promise<void>
}

/** What tests hold in their hands. */
export interface Surroundings {
  readonly now?: () => number
  readonly resolve?: Lookup
}

/**
 * Opens the directory and listens.
 *
 * @throws LkftError NOT_WRITABLE, BAD_ARGUMENT when the address cannot be listened on
 */
export async function startCacheServer(settings: Settings, surroundings: Surroundings = {}): Promise<CacheServer> {
  const now = surroundings.now ?? Date.now
  const store = await openStore(settings.directory, settings.disk, now)
  const rules = createUpstreamRules(settings.allow, settings.configFile)
  const dialer = createDialer(rules, settings.fetch, surroundings.resolve)
  const upstream = createUpstream(dialer, rules, settings.fetch)
  const health = createHostHealth(settings.fetch.breakerMs, () => performance.now())
  const fetcher = createFetcher({ store, upstream, health, settings: settings.fetch, now, random: Math.random })
  const context: ServerContext = {
    settings,
    store,
    fetcher,
    upstream,
    health,
    traffic: createTraffic(),
    hot: createHotAnswers(),
    tokens: createTokens([...settings.tokens, ownerToken(settings.directory)], () => performance.now()),
    actions: createActionsService({ ...settings.actions, store, now }),
    clients: createClientRules(settings.clientNetworks, settings.trustedProxies),
    urlRules: compileRules(settings.rules),
    now,
  }
  const log = settings.accessLog === undefined ? undefined : createAccessLog(settings.accessLog)
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now()
    const sent = context.hot.answer(context, request, response) ?? (await route(context, request, response))
    log?.write(request, response, { client: context.clients.addressOf(request), sent, ms: performance.now() - started })
  }
  const server = createServer(
    { keepAliveTimeout: 75_000, headersTimeout: 20_000, requestTimeout: 0 },
    (request, response) => {
      void answer(request, response)
    },
  )
  server.maxRequestsPerSocket = 0
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
  })
  const upkeep = setInterval(() => {
    keepHouse(context)
    log?.flush()
  }, 1000)
  const close = async (graceMs: number): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    const late = setTimeout(() => {
      fetcher.abortAll(new Error('the cache server is stopping'))
      for (const socket of sockets) socket.destroy()
    }, graceMs)
    const idle = setInterval(() => server.closeIdleConnections(), 100)
    await closed
    await fetcher.idle()
    clearTimeout(late)
    clearInterval(idle)
    clearInterval(upkeep)
    await dialer.destroy()
    rmSync(join(settings.directory, 'server.json'), { force: true })
    log?.close()
    store.close()
  }
  let closing: Promise<void> | undefined
  const drain = (graceMs: number): Promise<void> => (closing ??= close(graceMs))
  try {
    await listen(server, settings)
  } catch (error) {
    clearInterval(upkeep)
    await dialer.destroy()
    store.close()
    const message = `cannot listen on ${settings.host}:${settings.port}: ${(error as Error).message}`
    throw new LkftError('BAD_ARGUMENT', message, { cause: error, hint: 'Choose another --listen ADDRESS:PORT.' })
  }
  writeFileSync(join(settings.directory, 'server.json'), JSON.stringify({ url: urlOf(server), pid: process.pid }))
  return { url: urlOf(server), context, drain, [Symbol.asyncDispose]: () => drain(0) }
}

function listen(server: Server, { host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 4096 }, () => resolve())
  })
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** What happens each second beside the requests: uses are written down, what is over is removed. */
function keepHouse({ store, now, actions }: ServerContext): void {
  store.flush()
  const time = now()
  void actions.sweep()
  void scrubNext(store, time)
  for (const resource of store.resources.expired(time)) store.remove(resource)
  store.space.clean(time)
}
