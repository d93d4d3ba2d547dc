import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createActionsService } from '#cache-server/actions/service'
import { createClientRules } from '#cache-server/access/client-rules'
import { ownerToken } from '#cache-server/access/owner-token'
import { createTokens } from '#cache-server/access/tokens'
import { createUpstreamRules } from '#cache-server/access/upstream-rules'
import type { ServerContext } from '#cache-server/api/context'
import { type AccessLog, createAccessLog } from '#cache-server/api/access-log'
import { createHotAnswers, keepAliveMs } from '#cache-server/api/hot'
import { openLane } from '#cache-server/api/lane'
import { route, type Side } from '#cache-server/api/router'
import { createTraffic } from '#cache-server/api/traffic'
import { createFetcher } from '#cache-server/flight/fetcher'
import { compileRules } from '#cache-server/flight/resource-name'
import { type Inherited, inheritedSockets, listen } from '#cache-server/listen'
import { noConfigFile, type Place, type Settings } from '#cache-server/settings'
import { noteNewcomer } from '#cache-server/serve/turns'
import { createTier } from '#cache-server/tier/tier'
import { scrubNext } from '#cache-server/store/scrub'
import { openStore } from '#cache-server/store/store'
import { createDialer, type Lookup } from '#cache-server/upstream/dialer'
import { createHostHealth } from '#cache-server/upstream/host-health'
import { parentEntry, withParent } from '#cache-server/upstream/parent'
import { createParentWaits } from '#cache-server/upstream/parent-circle'
import { createUpstream } from '#cache-server/upstream/request'

/** A running cache server. */
export interface CacheServer extends AsyncDisposable {
  readonly url: string
  /** Where the pages are when they have an address of their own. */
  readonly pagesUrl: string | undefined
  readonly context: ServerContext
  /** Takes no new connection, lets answers and downloads finish for a while, then closes. */
  readonly drain: (graceMs: number) => Promise<void>
}

/** What tests and the warm-up hold in their hands. */
export interface Surroundings {
  readonly now?: () => number
  readonly resolve?: Lookup
  /** Sockets that are open already; systemd's unless given. */
  readonly inherited?: Inherited
}

/**
 * Opens the directory and listens.
 *
 * @throws LkftError NOT_WRITABLE, BAD_ARGUMENT when the address cannot be listened on
 */
export async function startCacheServer(settings: Settings, surroundings: Surroundings = {}): Promise<CacheServer> {
  const now = surroundings.now ?? Date.now
  const store = await openStore(settings.directory, settings.disk, now)
  const { configFile } = settings
  const listed = configFile === noConfigFile ? `${configFile}, or start it with --allow-host` : configFile
  const rules = createUpstreamRules(settings.allow, listed)
  const dialer = createDialer(rules, settings.fetch, surroundings.resolve)
  const self = `lkft-${randomBytes(8).toString('hex')}`
  const direct = createUpstream(dialer, rules, settings.fetch)
  const { parent } = settings
  const parentDialer =
    parent && createDialer(createUpstreamRules([parentEntry(parent)], settings.configFile), settings.fetch)
  const waits = parent && parentDialer && createParentWaits(parentDialer, parent, self)
  const upstream = parent && parentDialer && waits ? withParent(direct, parentDialer, parent, self, waits) : direct
  const tier = settings.bucket && createTier(settings.bucket, store, now)
  const health = createHostHealth(settings.fetch.breakerMs, () => performance.now())
  const fetcher = createFetcher({ store, upstream, health, tier, settings: settings.fetch, now, random: Math.random })
  const where = { url: '', pagesUrl: undefined as string | undefined }
  const context: ServerContext = {
    settings,
    where,
    store,
    tier,
    self,
    fetcher,
    upstream,
    waits,
    health,
    traffic: createTraffic(),
    hot: createHotAnswers(),
    tokens: createTokens([...settings.tokens, ownerToken(settings.directory)], () => performance.now()),
    actions: createActionsService({ ...settings.actions, store, shared: tier?.objects, now }),
    clients: createClientRules(settings.clientNetworks, settings.trustedProxies),
    urlRules: compileRules(settings.rules),
    now,
  }
  const log = settings.accessLog === undefined ? undefined : createAccessLog(settings.accessLog)
  const answer = (request: IncomingMessage, response: ServerResponse, side: Side): void => {
    // What is in memory is answered without a promise: at this size each step counts.
    if (log !== undefined) void answerAndLog(log, request, response, side)
    else if (side === 'pages' || context.hot.answer(context, request, response) === undefined)
      void route(context, request, response, side)
  }
  const answerAndLog = async (
    to: AccessLog,
    request: IncomingMessage,
    response: ServerResponse,
    side: Side,
  ): Promise<void> => {
    const started = performance.now()
    to.follow(response)
    const hot = side === 'pages' ? undefined : context.hot.answer(context, request, response)
    const sent = hot ?? (await route(context, request, response, side))
    to.write(request, response, { client: context.clients.addressOf(request), sent, ms: performance.now() - started })
  }
  const sockets = new Set<Socket>()
  const inherited = surroundings.inherited ?? inheritedSockets()
  const apart = settings.pages !== undefined || inherited.pages !== undefined
  const server = createFront(sockets, (request, response) => answer(request, response, apart ? 'service' : 'all'))
  const pages = apart ? createFront(sockets, (request, response) => answer(request, response, 'pages')) : undefined
  const fronts = pages === undefined ? [server] : [server, pages]
  const lane =
    settings.requireToken || settings.trustedProxies.length > 0
      ? undefined
      : openLane(context, server, { firstMs: headersMs, nextMs: keepAliveMs }, log)
  const upkeep = setInterval(() => {
    keepHouse(context)
    lane?.sweep()
    log?.flush()
  }, 1000)
  const close = async (graceMs: number): Promise<void> => {
    const closed = Promise.all(fronts.map((front) => new Promise<void>((resolve) => front.close(() => resolve()))))
    const closeIdle = (): void => {
      for (const front of fronts) front.closeIdleConnections()
      lane?.closeIdle()
    }
    closeIdle()
    const late = setTimeout(() => {
      fetcher.abortAll(new Error('the cache server is stopping'))
      for (const socket of sockets) socket.destroy()
    }, graceMs)
    const idle = setInterval(closeIdle, 100)
    await closed
    await fetcher.idle()
    clearTimeout(late)
    clearInterval(idle)
    clearInterval(upkeep)
    await dialer.destroy()
    await parentDialer?.destroy()
    await tier?.[Symbol.asyncDispose]()
    rmSync(join(settings.directory, 'server.json'), { force: true })
    log?.close()
    store.close()
  }
  let closing: Promise<void> | undefined
  const drain = (graceMs: number): Promise<void> => (closing ??= close(graceMs))
  try {
    where.url = await listen(server, settings, inherited.service)
    if (pages !== undefined) where.pagesUrl = await listen(pages, settings.pages ?? nowhere, inherited.pages)
  } catch (error) {
    await drain(0)
    throw error
  }
  writeFileSync(join(settings.directory, 'server.json'), JSON.stringify({ url: where.url, pid: process.pid }))
  return { ...where, context, drain, [Symbol.asyncDispose]: () => drain(0) }
}

/** Only for a socket that is inherited. */
const nowhere: Place = { host: '127.0.0.1', port: 0 }

/** How long a request head may take. */
const headersMs = 20_000

function createFront(
  sockets: Set<Socket>,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer({ keepAliveTimeout: keepAliveMs, headersTimeout: headersMs, requestTimeout: 0 }, answer)
  server.maxRequestsPerSocket = 0
  server.on('connection', (socket) => {
    sockets.add(socket)
    noteNewcomer()
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
  })
  return server
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
