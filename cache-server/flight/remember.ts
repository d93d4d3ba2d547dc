import type { DownloadContext, DownloadRequest } from '#cache-server/flight/download'
import type { FlightFailure, ResponseHead } from '#cache-server/flight/flight'
import { freshUntil } from '#cache-server/flight/freshness'
import type { Resource } from '#cache-server/store/resource'

/** What a request says of a resource. */
export function describe(
  request: DownloadRequest,
  now: number,
): Omit<Resource, keyof ResponseHead | 'status' | 'size' | 'digest' | 'message' | 'freshUntil'> {
  const { previous, life } = request
  return {
    key: request.key,
    url: request.url,
    createdAt: life.createdAt,
    ttl: life.ttl,
    expiresAt: life.createdAt + life.ttl * 1000,
    validatedAt: now,
    lastUsage: life.lastUsage,
    usage: (previous?.usage ?? 0) + life.uses,
    pinned: previous?.pinned ?? request.rule.pin,
  }
}

/** Notes that upstream's resource is still the kept one. */
export async function refresh(
  context: DownloadContext,
  request: DownloadRequest,
  resource: Resource,
  head: ResponseHead,
): Promise<Resource> {
  const now = context.now()
  resource.validatedAt = now
  resource.etag = head.etag ?? resource.etag
  resource.lastModified = head.lastModified ?? resource.lastModified
  resource.cacheControl = head.cacheControl ?? resource.cacheControl
  resource.freshUntil = freshUntil(request.rule, resource, now)
  context.store.counters.add('revalidated')
  await context.store.save(resource)
  return resource
}

/** Remembers a failure for a short while, unless a good copy is there. */
export function rememberFailure(context: DownloadContext, request: DownloadRequest, failure: FlightFailure): void {
  const now = context.now()
  context.store.counters.add('failures')
  if (request.previous === undefined && failure.status !== 499) {
    const base = describe(request, now)
    context.store.resources.put({
      ...base,
      expiresAt: Math.min(base.expiresAt, now + context.settings.negativeMs),
      contentType: undefined,
      etag: undefined,
      lastModified: undefined,
      disposition: undefined,
      cacheControl: undefined,
      status: failure.status,
      size: 0,
      digest: undefined,
      message: failure.message,
      freshUntil: Number.MAX_SAFE_INTEGER,
      pinned: false,
    })
  }
}
