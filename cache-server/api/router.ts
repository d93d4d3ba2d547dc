import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Call, type Handler, sendText, type ServerContext } from '#cache-server/api/context'
import { adminEndpoint } from '#cache-server/admin/endpoint'
import { mintEndpoint } from '#cache-server/actions/mint-endpoint'
import { objectMethods, objectsEndpoint } from '#cache-server/objects/endpoint'
import { fetchEndpoint } from '#cache-server/api/fetch'
import { liveEndpoint } from '#cache-server/api/live'
import { metricsEndpoint } from '#cache-server/api/metrics'
import { healthEndpoint, statusEndpoint } from '#cache-server/api/status'
import { waitsEndpoint } from '#cache-server/api/waits'
import { helpPage, homePage } from '#cache-server/pages/home'
import { resourcesPage } from '#cache-server/pages/resources'
import { staticFile } from '#cache-server/pages/static'
import { statisticsPage } from '#cache-server/pages/statistics'

/** One place of the server. */
export interface Route {
  readonly path: RegExp
  readonly methods: readonly string[]
  readonly handler: Handler
  /** Where it is when the pages have an address of their own; on both when absent. */
  readonly side?: 'service' | 'pages'
}

/** What an address answers: everything, or one side only. */
export type Side = 'all' | 'service' | 'pages'

/** KissCache's interface; the final slash may always be left out. */
const safe = ['GET', 'HEAD']
export const routes: readonly Route[] = [
  { path: /^\/api\/v1\/fetch(\/.*)?$/, methods: safe, handler: fetchEndpoint, side: 'service' },
  { path: /^\/api\/v1\/health\/?$/, methods: safe, handler: healthEndpoint },
  { path: /^\/api\/v1\/status\/?$/, methods: safe, handler: statusEndpoint },
  { path: /^\/api\/v1\/waits\/?$/, methods: ['GET'], handler: waitsEndpoint, side: 'service' },
  { path: /^\/api\/v1\/live\/?$/, methods: safe, handler: liveEndpoint, side: 'pages' },
  { path: /^\/api\/v1\/admin\//, methods: ['POST'], handler: adminEndpoint, side: 'service' },
  { path: /^\/api\/v1\/actions\/token\/?$/, methods: ['POST'], handler: mintEndpoint, side: 'service' },
  { path: /^\/objects\//, methods: objectMethods, handler: objectsEndpoint, side: 'service' },
  { path: /^\/metrics$/, methods: safe, handler: metricsEndpoint, side: 'pages' },
  { path: /^\/$/, methods: safe, handler: homePage, side: 'pages' },
  { path: /^\/help\/?$/, methods: safe, handler: helpPage, side: 'pages' },
  { path: /^\/statistics\/?$/, methods: safe, handler: statisticsPage, side: 'pages' },
  { path: /^\/resources(\/|$)/, methods: safe, handler: resourcesPage, side: 'pages' },
  { path: /^\/static\//, methods: safe, handler: staticFile, side: 'pages' },
]

/** Answers a request; never throws. Gives the body bytes really sent. */
export async function route(
  context: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
  side: Side,
): Promise<number> {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  const call: Call = {
    request,
    response,
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    client: context.clients.addressOf(request),
  }
  try {
    if (side !== 'pages' && context.actions.owns(call.path)) return await context.actions.handle(request, response)
    const found = routes.find((one) => one.path.test(call.path) && (side === 'all' || (one.side ?? side) === side))
    if (found === undefined) return sendText(call, 404, 'Not Found\n')
    if (!found.methods.includes(request.method ?? '')) {
      return sendText(call, 405, 'Method Not Allowed\n', { Allow: found.methods.join(', ') })
    }
    return await found.handler(context, call)
  } catch (error) {
    if (response.headersSent) response.destroy()
    else sendText(call, 500, `a fault of the cache server: ${error instanceof Error ? error.message : 'unknown'}\n`)
    return 0
  }
}
