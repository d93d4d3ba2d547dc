import type { UrlRule } from '#cache-server/settings'

const never = Number.MAX_SAFE_INTEGER

interface Validators {
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  readonly cacheControl: string | undefined
}

/**
 * When upstream must be asked whether its resource is still the same.
 *
 * Without a rule a resource keeps KissCache's promise (never, until its ttl
 * ends), unless upstream itself says how long it is fresh and gives a validator,
 * so that asking costs no second download.
 */
export function freshUntil(rule: UrlRule, head: Validators, now: number): number {
  if (rule.freshness === 'immutable' || rule.freshness === 'ttl') return never
  const lifetime = declaredLifetime(head.cacheControl, now)
  const validated = head.etag !== undefined || head.lastModified !== undefined
  if (rule.freshness === undefined) return lifetime === undefined || !validated ? never : now + lifetime
  return now + (lifetime ?? heuristicLifetime(head.lastModified, now))
}

/** Milliseconds that Cache-Control or Expires gives; undefined when neither says. `immutable` is for ever. */
export function declaredLifetime(cacheControl: string | undefined, now: number): number | undefined {
  if (cacheControl === undefined) return undefined
  if (cacheControl.startsWith('expires=')) {
    const date = Date.parse(cacheControl.slice('expires='.length))
    return Number.isNaN(date) ? 0 : Math.max(0, date - now)
  }
  const directives = parseDirectives(cacheControl)
  if (directives.has('no-cache') || directives.has('no-store')) return 0
  if (directives.has('immutable')) return never - now
  const seconds = Number(directives.get('s-maxage') ?? directives.get('max-age') ?? Number.NaN)
  return seconds >= 0 ? Math.min(seconds * 1000, never - now) : undefined
}

/** Directives of a Cache-Control header, by lower-case name. */
export function parseDirectives(header: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const part of header.split(',')) {
    const [name = '', value = ''] = part.trim().split('=')
    if (name !== '') found.set(name.toLowerCase(), value.replaceAll('"', ''))
  }
  return found
}

/** A tenth of the age of the resource, between a minute and an hour. */
function heuristicLifetime(lastModified: string | undefined, now: number): number {
  const modified = Date.parse(lastModified ?? '')
  const tenth = Number.isNaN(modified) ? 0 : (now - modified) / 10
  return Math.min(3_600_000, Math.max(60_000, tenth))
}
