/** KissCache's fourteen: worth asking again. */
export const retryStatuses: ReadonlySet<number> = new Set([
  408, 413, 420, 425, 429, 430, 500, 502, 503, 504, 507, 509, 529, 598,
])

/** Errors of a connection that no second attempt mends. */
const hopeless: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_INVALID_URL',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UND_ERR_HEADERS_OVERFLOW',
])

export function isHopeless(error: unknown): boolean {
  return hopeless.has(codeOf(error))
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

const firstDelayMs = 50
const longestDelayMs = 5000

/**
 * The pause before the next attempt: decorrelated jitter, so that many failing
 * downloads do not return together. The first retry comes at once, as KissCache's.
 *
 * @param previous the last pause, 0 before the first
 */
export function nextDelay(attempt: number, previous: number, random: () => number): number {
  if (attempt <= 1) return 0
  return Math.min(longestDelayMs, firstDelayMs + random() * (Math.max(firstDelayMs, previous) * 3 - firstDelayMs))
}

/** Milliseconds of a Retry-After header, as seconds or as a date. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
