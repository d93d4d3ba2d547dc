import { type Call, type Handler, sendText, type ServerContext } from '#cache-server/api/context'
import { checkAccess, type NamespaceSettings } from '#cache-server/objects/access'
import { answerBlob } from '#cache-server/serve/answer'
import type { StoredObject } from '#cache-server/store/objects'
import { writeStream } from '#cache-server/store/receive-file'

/** Also what sccache asks of a WebDAV server. */
export const objectMethods = ['GET', 'HEAD', 'PUT', 'DELETE', 'MKCOL', 'PROPFIND', 'OPTIONS']

/**
 * `/objects/NAMESPACE/NAME`: a plain object store for ccache's HTTP storage (all
 * its layouts) and sccache's WebDAV. What is written is whole or not there.
 */
export const objectsEndpoint: Handler = (context, call) => {
  const [, , namespace = '', ...rest] = call.path.split('/')
  const name = rest.join('/')
  const settings = context.settings.namespaces.find((one) => one.name === namespace)
  if (settings === undefined) {
    const line = `- {name: '${namespace.replaceAll(/[^A-Za-z0-9._-]/g, '?')}', quota: 20GiB}`
    return sendText(
      call,
      404,
      `no such namespace: add "${line}" under "namespaces:" in ${context.settings.configFile}\n`,
    )
  }
  const method = call.request.method ?? ''
  const refused = checkAccess(context, call, settings, method === 'PUT' || method === 'DELETE' || method === 'MKCOL')
  if (refused !== undefined) return refused
  switch (method) {
    case 'OPTIONS':
      return sendText(call, 200, '', { Allow: objectMethods.join(', '), DAV: '1' })
    case 'MKCOL':
      return sendText(call, 201, '')
    case 'PROPFIND':
      return describe(context, call, settings, name)
    case 'PUT':
      return put(context, call, settings, name)
    case 'DELETE':
      return remove(context, call, settings, name)
    default:
      return get(context, call, settings, name)
  }
}

function get(context: ServerContext, call: Call, settings: NamespaceSettings, name: string): Promise<number> | number {
  const object = context.store.objects.get(spaceOf(settings), name)
  const here = object !== undefined && context.store.blobs.size(object.digest) !== undefined
  if (here) return send(context, call, object)
  return context.tier === undefined ? sendText(call, 404, 'Not Found\n') : getShared(context, call, settings, name)
}

/** What another server of the same bucket has. */
async function getShared(context: ServerContext, call: Call, settings: NamespaceSettings, name: string) {
  const shared = context.tier?.objects
  const object = name === '' ? undefined : await shared?.find(spaceOf(settings), name)
  if (object === undefined) return sendText(call, 404, 'Not Found\n')
  if (object.size <= settings.largest && (await shared?.pull(object)) === true) {
    keepWithin(context, settings, name)
    return send(context, call, object)
  }
  context.store.objects.remove(object.namespace, name)
  return sendText(call, 404, 'Not Found\n')
}

function send(context: ServerContext, call: Call, object: StoredObject): Promise<number> | number {
  const { name } = object
  context.store.objects.touch(object.namespace, name, context.now())
  const etag = `"sha256-${object.digest}"`
  const headers = { 'Content-Type': 'application/octet-stream', ETag: etag, 'X-Content-Type-Options': 'nosniff' }
  const { digest, size } = object
  return answerBlob(context.store, call, { digest, size, headers, validators: { etag, lastModified: undefined } })
}

async function put(context: ServerContext, call: Call, settings: NamespaceSettings, name: string): Promise<number> {
  const { store } = context
  const bearer = context.tokens.bearerOf(call.request)
  const owner = bearer === undefined || bearer === 'limited' ? 'anonymous' : bearer
  const length = Number(call.request.headers['content-length'] ?? 0)
  const namespace = spaceOf(settings)
  if (name === '' || name.length > 1024)
    return sendText(call, 400, 'an object needs a name of at most 1024 characters\n')
  if (length > settings.largest)
    return sendText(call, 413, `objects of ${settings.name} have at most ${settings.largest} bytes\n`)
  const ownerName = typeof owner === 'string' ? owner : owner.name
  const ownerQuota = typeof owner === 'string' ? 0 : owner.quota
  if (ownerQuota > 0 && store.objects.used(namespace, ownerName) + length > ownerQuota) {
    return sendText(call, 507, `the quota of token ${ownerName} is used up\n`)
  }
  const reservation = await store.space.reserve(length)
  if (reservation.room !== 'granted') return sendText(call, 507, 'the cache is full\n')
  const incoming = await store.blobs.create()
  try {
    const { digest, size } = await writeStream(call.request, incoming.handle, 0)
    if (size > settings.largest) throw new Error('the object is too large')
    const now = context.now()
    await store.blobs.commit(incoming, digest, size, now, { sync: false })
    reservation.release()
    const before = store.objects.get(namespace, name)
    const object = { namespace, name, digest, size, createdAt: now, lastUsage: now, owner: ownerName, record: {} }
    await store.objects.put(object, false)
    context.tier?.objects.store(object)
    if (before !== undefined && before.digest !== digest) store.collect(before.digest)
    keepWithin(context, settings, name)
    return sendText(call, before === undefined ? 201 : 204, '')
  } catch (error) {
    await store.blobs.discard(incoming)
    if (call.request.destroyed) return 0
    return sendText(call, 400, `${(error as Error).message}\n`)
  } finally {
    reservation.release()
    await incoming.handle.close()
  }
}

async function remove(context: ServerContext, call: Call, settings: NamespaceSettings, name: string): Promise<number> {
  const digest = context.store.objects.remove(spaceOf(settings), name)
  await context.tier?.objects.forget(spaceOf(settings), name)
  if (digest === undefined) return sendText(call, 404, 'Not Found\n')
  context.store.collect(digest)
  return sendText(call, 204, '')
}

/** The least a WebDAV client needs to know whether something is there. */
function describe(context: ServerContext, call: Call, settings: NamespaceSettings, name: string): number {
  const object = context.store.objects.get(spaceOf(settings), name)
  const folder = name === '' || name.endsWith('/')
  if (object === undefined && !folder) return sendText(call, 404, 'Not Found\n')
  const kind =
    object === undefined
      ? '<D:resourcetype><D:collection/></D:resourcetype>'
      : `<D:resourcetype/><D:getcontentlength>${object.size}</D:getcontentlength>`
  const modified = new Date(object?.createdAt ?? 0).toUTCString()
  const href = call.path.replaceAll(/[<>&]/g, '')
  const text = `<?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:"><D:response><D:href>${href}</D:href><D:propstat><D:prop>${kind}<D:getlastmodified>${modified}</D:getlastmodified></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>`
  return sendText(call, 207, text, { 'Content-Type': 'application/xml; charset=utf-8' })
}

function keepWithin(context: ServerContext, settings: NamespaceSettings, justWritten: string): void {
  const { objects, collect } = context.store
  const namespace = spaceOf(settings)
  if (settings.quota === 0 || objects.used(namespace) <= settings.quota) return
  objects.flush()
  let over = objects.used(namespace) - settings.quota
  for (const victim of objects.oldest(namespace, 1000)) {
    if (over <= 0) return
    if (victim.name === justWritten) continue
    objects.remove(namespace, victim.name)
    collect(victim.digest)
    over -= victim.size
  }
}

function spaceOf({ name }: NamespaceSettings): string {
  return `object:${name}`
}
