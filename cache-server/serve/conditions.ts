import type { IncomingHttpHeaders } from 'node:http'

export interface Validators {
  readonly etag: string | undefined
  readonly lastModified: string | undefined
}

/** Whether the client's copy is the current one (304). */
export function isNotModified(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): boolean {
  const wanted = headers['if-none-match']
  if (wanted !== undefined) {
    if (wanted.trim() === '*') return true
    return etag !== undefined && wanted.split(',').some((one) => weak(one.trim()) === weak(etag))
  }
  const since = Date.parse(headers['if-modified-since'] ?? '')
  const modified = Date.parse(lastModified ?? '')
  return modified <= since
}

/** Whether a Range may be served: there is no If-Range, or it names the current version strongly. */
export function rangeApplies(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): boolean {
  const wanted = headers['if-range']
  if (wanted === undefined) return true
  const value = String(wanted).trim()
  if (value.startsWith('"')) return value === etag
  return !value.startsWith('W/') && value === lastModified
}

function weak(etag: string): string {
  return etag.replace(/^W\//, '')
}
