import type { Resource } from '#cache-server/store/resource'
import type { ResponseHead } from '#cache-server/flight/flight'
import type { CacheStatus, Found } from '#cache-server/flight/fetcher'

/** Types that a browser would run or lay out on this server's origin. */
const active =
  /^(text\/html|text\/xml|application\/(xhtml\+xml|xml|pdf|javascript|ecmascript)|image\/svg\+xml|text\/javascript|multipart\/)/i

/** Sent with everything that came from elsewhere, so that it cannot act on this origin. */
const sandbox: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Headers of a resource, from its kept form. */
export function resourceHeaders(
  resource: Resource,
  status: CacheStatus,
  now: number,
  filename: string | undefined,
): Record<string, string> {
  const headers = contentHeaders(resource, filename)
  if (resource.digest !== undefined) headers['Repr-Digest'] = reprDigest(resource.digest)
  headers['Age'] = String(Math.max(0, Math.floor((now - resource.validatedAt) / 1000)))
  const ends = Math.min(resource.freshUntil, resource.expiresAt)
  headers['Cache-Status'] = cacheStatus(status, Math.floor((ends - now) / 1000))
  return headers
}

/** Headers of a resource whose body is still arriving. */
export function flightHeaders(head: ResponseHead, found: Found, filename: string | undefined): Record<string, string> {
  const headers = contentHeaders({ ...head, digest: undefined }, filename)
  headers['Cache-Status'] = cacheStatus(found.status)
  return headers
}

type Content = Omit<ResponseHead, 'length'> & { readonly digest: string | undefined }

function contentHeaders(content: Content, filename: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { ...sandbox, 'Accept-Ranges': 'bytes' }
  headers['Content-Type'] = content.contentType ?? 'application/octet-stream'
  const etag = etagOf(content)
  if (etag !== undefined) headers['ETag'] = etag
  if (content.lastModified !== undefined) headers['Last-Modified'] = content.lastModified
  const disposition = dispositionOf(content, filename)
  if (disposition !== undefined) headers['Content-Disposition'] = disposition
  if (content.cacheControl !== undefined && !content.cacheControl.startsWith('expires=')) {
    headers['Cache-Control'] = content.cacheControl
  }
  return headers
}

/** Upstream's ETag, else one made of the digest. */
export function etagOf(content: {
  readonly etag: string | undefined
  readonly digest: string | undefined
}): string | undefined {
  return content.etag ?? (content.digest === undefined ? undefined : `"sha256-${content.digest}"`)
}

function dispositionOf(content: Content, filename: string | undefined): string | undefined {
  if (filename !== undefined) return attachment(filename)
  if (content.disposition !== undefined) return content.disposition.replace(/^inline/i, 'attachment')
  return active.test(content.contentType ?? '') ? 'attachment' : undefined
}

/** `attachment; filename=NAME` as KissCache writes it; a name that is no token is quoted (RFC 6266). */
export function attachment(filename: string): string {
  if (/^[A-Za-z0-9!#$&+.^_`|~-]+$/.test(filename)) return `attachment; filename=${filename}`
  const ascii = filename.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["\\]/g, String.raw`\$&`)
  const encoded = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

function reprDigest(digest: string): string {
  return `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`
}

function cacheStatus(status: CacheStatus, ttl?: number): string {
  const left = ttl === undefined || ttl > 1e10 ? '' : `; ttl=${ttl}`
  switch (status) {
    case 'hit':
      return `lkft; hit${left}`
    case 'negative':
      return `lkft; hit${left}; detail=negative`
    case 'stale':
      return `lkft; hit${left}; detail=stale`
    case 'collapsed':
      return 'lkft; fwd=uri-miss; collapsed'
    case 'miss':
      return 'lkft; fwd=uri-miss; stored'
  }
}
