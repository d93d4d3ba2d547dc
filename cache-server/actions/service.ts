import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { artifactRest, isArtifactRest } from '#cache-server/actions/artifact-rest'
import { artifactMethods } from '#cache-server/actions/artifact-service'
import { blobEndpoint } from '#cache-server/actions/blob-endpoint'
import { cacheMethods } from '#cache-server/actions/cache-service'
import { cacheV1 } from '#cache-server/actions/cache-v1'
import { type ActionsContext, type JobCall, type Method, sendJson, ServiceError } from '#cache-server/actions/context'
import { createSignedUrls } from '#cache-server/actions/signed-urls'
import { type JobIdentity, mintToken, readToken, TokenRefused } from '#cache-server/actions/token'
import { createUploads } from '#cache-server/actions/uploads'
import { readBody } from '#cache-server/store/receive-file'
import type { Store } from '#cache-server/store/store'
import type { SharedObjects } from '#cache-server/tier/shared-objects'

export interface ActionsOptions {
  readonly store: Store
  readonly shared?: SharedObjects | undefined
  /** Key that signs tokens and URLs; made and kept in the store's folder when absent. */
  readonly secret?: Buffer
  /** Origin that jobs reach this server by; from the Host header when absent. */
  readonly publicUrl?: string | undefined
  /** Seconds that a signed URL works; six hours when absent. */
  readonly urlLifeSeconds?: number | undefined
  /** Bytes of cache entries for each repository; 10 GiB, as GitHub's, when absent. */
  readonly cacheQuota?: number | undefined
  /** Cache entries unused for so many seconds are removed; seven days when absent. */
  readonly cacheIdleSeconds?: number | undefined
  readonly artifactDays?: number | undefined
  readonly now?: () => number
}

/** GitHub's cache and artifact services on a store. */
export interface ActionsService {
  readonly context: ActionsContext
  /** Whether a path belongs to these services. */
  readonly owns: (path: string) => boolean
  /** Answers a request whose path it owns; gives the body bytes sent. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<number>
  /** A runtime token for a job, good for a day when no life is given. */
  readonly mint: (job: JobIdentity, lifeSeconds?: number) => string
  /** Removes what has expired. */
  readonly sweep: () => Promise<void>
}

const twirp = /^\/twirp\/github\.actions\.results\.api\.v1\.(CacheService|ArtifactService)\/([A-Za-z]+)$/
const v1 = /^(?:\/[^/]+)?\/_apis\/artifactcache\//
const owned = /^\/(twirp\/|lkft\/(upload|download)\/)/

export function createActionsService(options: ActionsOptions): ActionsService {
  const { store, publicUrl } = options
  const now = options.now ?? Date.now
  const secret = options.secret ?? keptSecret(join(store.layout.root, 'actions-secret'))
  const context: ActionsContext = {
    store,
    shared: options.shared,
    secret,
    now,
    uploads: createUploads(store, now),
    urls: createSignedUrls(secret, options.urlLifeSeconds ?? 6 * 3600, now),
    cacheQuota: options.cacheQuota ?? 10 * 2 ** 30,
    artifactDays: options.artifactDays ?? 90,
  }
  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<number> => {
    if (path.startsWith('/lkft/')) return blobEndpoint(context, request, response, path, query)
    const token = /^(?:Bearer|token) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const base = publicUrl ?? `http://${request.headers.host ?? 'localhost'}`
    const call: JobCall = { request, response, base, job: readToken(secret, token, now()) }
    if (v1.test(path)) return cacheV1(context, call, path, query)
    if (isArtifactRest(path)) return artifactRest(context, call, path, query)
    return callMethod(context, call, path)
  }
  return {
    context,
    owns: (path) => owned.test(path) || v1.test(path) || isArtifactRest(path),
    mint: (job, lifeSeconds = 86_400) => mintToken(secret, job, lifeSeconds, now()),
    handle: async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      try {
        return await answer(request, response, url.pathname, url.searchParams)
      } catch (error) {
        return sendError(response, error)
      }
    },
    sweep: () => sweep(context, (options.cacheIdleSeconds ?? 7 * 86_400) * 1000),
  }
}

async function callMethod(context: ActionsContext, call: JobCall, path: string): Promise<number> {
  const [, service, name = ''] = twirp.exec(path) ?? []
  const methods: Readonly<Record<string, Method>> = service === 'CacheService' ? cacheMethods : artifactMethods
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (service === undefined || method === undefined) throw new ServiceError(404, 'bad_route', 'no such method')
  if (call.request.method !== 'POST') throw new ServiceError(405, 'bad_route', 'methods are called by POST')
  const text = await readBody(call.request, 1 << 20)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new ServiceError(400, 'malformed', 'the body is not JSON')
  }
  if (typeof body !== 'object' || body === null) throw new ServiceError(400, 'malformed', 'the body is no object')
  return sendJson(call.response, 200, await method(context, call, body as Record<string, unknown>))
}

function sendError(response: ServerResponse, error: unknown): number {
  if (response.headersSent) {
    response.destroy()
    return 0
  }
  if (error instanceof ServiceError)
    return sendJson(response, error.status, { code: error.code, msg: error.message, message: error.message })
  if (error instanceof TokenRefused)
    return sendJson(response, 401, { code: 'unauthenticated', msg: error.message, message: error.message })
  return sendJson(response, 500, { code: 'internal', msg: `a fault of the cache server: ${(error as Error).message}` })
}

async function sweep(context: ActionsContext, idleMs: number): Promise<void> {
  const { store, now } = context
  await context.uploads.sweep()
  const rows = store.database
    .prepare(
      `SELECT namespace, name FROM objects WHERE (namespace LIKE 'actions-cache:%' AND last_usage < ?)
       OR (namespace LIKE 'artifact:%' AND CAST(json_extract(record, '$.expiresAt') AS INTEGER) < ?)`,
    )
    .all(now() - idleMs, now()) as { namespace: string; name: string }[]
  for (const { namespace, name } of rows) {
    const digest = store.objects.remove(namespace, name)
    if (digest !== undefined) store.collect(digest)
  }
}

function keptSecret(file: string): Buffer {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 })
  return Buffer.from(readFileSync(file, 'utf8').trim())
}
