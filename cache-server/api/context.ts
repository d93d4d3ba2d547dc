import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ClientRules } from '#cache-server/access/client-rules'
import type { ActionsService } from '#cache-server/actions/service'
import type { CompiledRule } from '#cache-server/flight/resource-name'
import type { Fetcher } from '#cache-server/flight/fetcher'
import type { Tokens } from '#cache-server/access/tokens'
import type { HotAnswers } from '#cache-server/api/hot'
import type { Traffic } from '#cache-server/api/traffic'
import type { Settings } from '#cache-server/settings'
import type { Tier } from '#cache-server/tier/tier'
import type { Store } from '#cache-server/store/store'
import type { HostHealth } from '#cache-server/upstream/host-health'
import type { ParentWaits } from '#cache-server/upstream/parent-circle'
import type { Upstream } from '#cache-server/upstream/request'

/** What every endpoint may use. */
export interface ServerContext {
  readonly settings: Settings
  readonly store: Store
  readonly tier: Tier | undefined
  /** Where it listens; the URL of the pages when they have an address of their own. */
  readonly where: { readonly url: string; readonly pagesUrl: string | undefined }
  /** How this server calls itself in `Via`. */
  readonly self: string
  readonly fetcher: Fetcher
  readonly upstream: Upstream
  /** What is waited for at the parent; undefined without one. */
  readonly waits: ParentWaits | undefined
  readonly health: HostHealth
  readonly clients: ClientRules
  readonly traffic: Traffic
  readonly hot: HotAnswers
  readonly tokens: Tokens
  readonly actions: ActionsService
  readonly urlRules: readonly CompiledRule[]
  readonly now: () => number
}

/** One request, its URL split but not decoded. */
export interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly query: URLSearchParams
  /** The peer, or the client that a trusted proxy names. */
  readonly client: string
}

/** Answers one call; gives the body bytes really sent. */
export type Handler = (context: ServerContext, call: Call) => Promise<number> | number

/** The address that the asking client reaches fetches by: the Host it used, with the service's port where the pages have one of their own. */
export function serviceBase({ where }: ServerContext, call: Call): string {
  const host = hostHeader(call.request.headers.host)
  if (where.pagesUrl === undefined) return `http://${host}`
  return `http://${host.replace(/:\d+$/, '')}:${new URL(where.url).port}`
}

/** The Host header when it looks like one; it is shown, so it is not believed blindly. */
function hostHeader(host: string | undefined): string {
  return host !== undefined && /^[A-Za-z0-9.:[\]_-]{1,255}$/.test(host) ? host : 'localhost'
}

/** Answers with a line of text. */
export function sendText(call: Call, status: number, text: string, headers: Record<string, string> = {}): number {
  return sendBytes(call, status, 'text/plain; charset=utf-8', text, headers)
}

export function sendJson(call: Call, status: number, value: unknown): number {
  return sendBytes(call, status, 'application/json', JSON.stringify(value))
}

export function sendBytes(
  call: Call,
  status: number,
  type: string,
  text: string,
  headers: Record<string, string> = {},
): number {
  const bytes = Buffer.from(text)
  call.response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': String(bytes.length),
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  })
  call.response.end(call.request.method === 'HEAD' ? undefined : bytes)
  return call.request.method === 'HEAD' ? 0 : bytes.length
}
