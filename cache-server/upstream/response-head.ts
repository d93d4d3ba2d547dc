import type { IncomingHttpHeaders } from 'node:http'
import type { ResponseHead } from '#cache-server/flight/flight'
import type { Exchange } from '#cache-server/upstream/exchange'

/** What of a response is passed on. */
export function readHead({ headers }: Exchange): ResponseHead {
  const length = headers['content-length']
  return {
    length: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined,
    contentType: printableHeader(headers['content-type']),
    etag: readEtag(headers),
    lastModified: printableHeader(headers['last-modified']),
    disposition: printableHeader(headers['content-disposition']),
    cacheControl: printableHeader(headers['cache-control'] ?? headers.expires?.replace(/^/, 'expires=')),
  }
}

/** The name of an encoding other than identity, with which the bytes are not the resource. */
export function encodingOf(headers: IncomingHttpHeaders): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  return encoding === undefined || encoding === '' || encoding === 'identity' ? undefined : encoding
}

/**
 * The validator under which a cut body may be resumed: a strong ETag, or a
 * Last-Modified that was at least a second old when it was sent (RFC 9110, 8.8.2.2).
 */
export function strongValidator(headers: IncomingHttpHeaders): string | undefined {
  const etag = readEtag(headers)
  if (etag?.startsWith('"') === true) return etag
  const modified = headers['last-modified']
  const sent = Date.parse(headers.date ?? '')
  if (modified === undefined || !(sent - Date.parse(modified) >= 1000)) return undefined
  return printableHeader(modified)
}

export interface ContentRange {
  readonly first: number
  readonly last: number
  readonly total: number | undefined
}

/** Reads `bytes a-b/total`; undefined when it is none or contradicts itself. */
export function parseContentRange(value: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(value?.trim() ?? '')
  if (match === null) return undefined
  const [first, last] = [Number(match[1]), Number(match[2])]
  const total = match[3] === '*' ? undefined : Number(match[3])
  return first <= last && (total === undefined || last < total) ? { first, last, total } : undefined
}

function readEtag(headers: IncomingHttpHeaders): string | undefined {
  const etag = printableHeader(headers.etag)
  return etag !== undefined && /^(W\/)?"[^"]*"$/.test(etag) ? etag : undefined
}

/** A header value that may be sent on: printable ASCII only. */
function printableHeader(value: string | undefined): string | undefined {
  return value !== undefined && value.length <= 1024 && /^[\x20-\x7e]+$/.test(value) ? value : undefined
}
