import { type Call, type Handler, sendJson, sendText, type ServerContext } from '#cache-server/api/context'
import { nameResource, type ResourceName } from '#cache-server/flight/resource-name'
import { parseTtl } from '#cache-server/quantities'
import { verifyAll } from '#cache-server/store/scrub'

type Action = (context: ServerContext, call: Call, name: ResourceName) => unknown

/** What can be done with one URL. */
const urlActions: Readonly<Record<string, Action>> = {
  pin: (context, _, name) => setPin(context, name, true),
  prefetch: (context, call, name) => download(context, call, name, false),
  purge: async (context, _, name) => {
    await context.tier?.forget(name.key)
    const resource = context.store.resources.get(name.key)
    if (resource !== undefined) context.store.remove(resource)
    return { purged: resource !== undefined }
  },
  refresh: (context, call, name) => download(context, call, name, true),
  show: (context, _, name) => context.store.resources.get(name.key) ?? { found: false },
  unpin: (context, _, name) => setPin(context, name, false),
}

const wholeActions: Readonly<Record<string, (context: ServerContext) => unknown>> = {
  gc: (context) => {
    const before = context.store.blobs.used()
    for (const resource of context.store.resources.expired(context.now())) context.store.remove(resource)
    context.store.space.clean(context.now())
    return { freed: before - context.store.blobs.used(), used: context.store.blobs.used() }
  },
  verify: (context) => verifyAll(context.store, context.now),
}

export const adminActions: readonly string[] = [...Object.keys(urlActions), ...Object.keys(wholeActions)]

/** `POST /api/v1/admin/ACTION[?url=U]`, with a token of scope admin. */
export const adminEndpoint: Handler = async (context, call) => {
  const bearer = context.tokens.bearerOf(call.request)
  if (bearer === undefined || bearer === 'limited' || !bearer.may('admin')) {
    return sendText(call, 401, 'this needs a token with scope admin\n', { 'WWW-Authenticate': 'Bearer' })
  }
  const action = call.path.replace(/\/$/, '').split('/').at(-1) ?? ''
  if (Object.hasOwn(wholeActions, action)) return sendJson(call, 200, await wholeActions[action]?.(context))
  if (!Object.hasOwn(urlActions, action))
    return sendText(call, 404, `no such action; there are ${adminActions.join(', ')}\n`)
  const url = call.query.get('url')
  if (url === null) return sendText(call, 400, "'url' should be specified\n")
  const name = nameResource(url, undefined, context.upstream.rules, context.urlRules)
  if (typeof name === 'string') return sendText(call, 400, `${name}\n`)
  const refusal = context.upstream.rules.judgeUrl(name.target)
  if (refusal !== undefined && action !== 'purge' && action !== 'show')
    return sendText(call, 403, `${refusal.message}\n`)
  return sendJson(call, 200, await urlActions[action]?.(context, call, name))
}

async function setPin(context: ServerContext, name: ResourceName, pinned: boolean): Promise<unknown> {
  const resource = context.store.resources.get(name.key)
  if (resource === undefined || resource.status !== 200) return { found: false }
  resource.pinned = pinned
  await context.store.save(resource)
  return { found: true, pinned }
}

async function download(context: ServerContext, call: Call, name: ResourceName, refresh: boolean): Promise<unknown> {
  const ttl = parseTtl(call.query.get('ttl') ?? '') ?? name.rule.ttlSeconds ?? context.settings.defaultTtlSeconds
  const found = context.fetcher.find(name, { ttl, authorization: undefined, expected: undefined, refresh })
  if (found.kind === 'resource')
    return { status: found.resource.status, size: found.resource.size, digest: found.resource.digest, cached: true }
  const outcome = await found.flight.ready
  if (outcome.kind === 'failed') return { status: outcome.status, message: outcome.message }
  const resource = await found.flight.done
  return { status: resource?.status ?? 504, size: resource?.size, digest: resource?.digest, cached: false }
}
