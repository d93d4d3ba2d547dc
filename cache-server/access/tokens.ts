import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TokenEntry } from '#cache-server/settings'

export type TokenScope = TokenEntry['scopes'][number]

/** What the bearer of a request may do. */
export interface Bearer {
  /** `anonymous` without a token. */
  readonly name: string
  readonly may: (scope: TokenScope, namespace?: string) => boolean
  /** Whether it may ask for tokens of jobs that change the Actions caches of a ref. */
  readonly mayChange: (ref: string) => boolean
  /** Bytes that it may store; 0 is no limit. */
  readonly quota: number
}

export interface Tokens {
  /** Undefined when a token was given that is not known; `limited` when it asks too often. */
  readonly bearerOf: (request: IncomingMessage) => Bearer | 'limited' | undefined
}

const anonymous: Bearer = { name: 'anonymous', may: () => false, mayChange: () => false, quota: 0 }
const rateWindowSeconds = 10

/**
 * Tokens come as `Authorization: Bearer`, or as the password of Basic, which is
 * what a URL with a user gives; only their sha256 is kept.
 *
 * @param now a monotonic clock in milliseconds
 */
export function createTokens(entries: readonly TokenEntry[], now: () => number): Tokens {
  const buckets = new Map<string, { left: number; at: number }>()
  const allowed = (entry: TokenEntry): boolean => {
    if (entry.rate === 0) return true
    const most = entry.rate * rateWindowSeconds
    const bucket = buckets.get(entry.name) ?? { left: most, at: now() }
    bucket.left = Math.min(most, bucket.left + ((now() - bucket.at) / 1000) * entry.rate)
    bucket.at = now()
    buckets.set(entry.name, bucket)
    if (bucket.left < 1) return false
    bucket.left--
    return true
  }
  return {
    bearerOf: (request) => {
      const token = tokenOf(request)
      if (token === undefined) return anonymous
      const digest = createHash('sha256').update(token).digest()
      const entry = entries.find(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, 'hex'), digest))
      if (entry === undefined) return undefined
      if (!allowed(entry)) return 'limited'
      return {
        name: entry.name,
        quota: entry.quota,
        mayChange: (ref) => entry.refs === undefined || entry.refs.some((pattern) => fits(ref, pattern)),
        may: (scope, namespace) =>
          (entry.scopes.includes(scope) || entry.scopes.includes('admin')) &&
          (namespace === undefined || entry.namespaces.length === 0 || entry.namespaces.includes(namespace)),
      }
    },
  }
}

/** A pattern is a ref, or the beginning of refs before its final `*`. */
function fits(ref: string, pattern: string): boolean {
  return pattern.endsWith('*') ? ref.startsWith(pattern.slice(0, -1)) : ref === pattern
}

function tokenOf(request: IncomingMessage): string | undefined {
  const direct = request.headers['x-lkft-token']
  if (typeof direct === 'string') return direct
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ')
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const text = Buffer.from(value, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}
