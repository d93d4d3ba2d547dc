import { createHash } from 'node:crypto'
import type { UpstreamRules } from '#cache-server/access/upstream-rules'
import type { UrlRule } from '#cache-server/settings'
import { keyOf } from '#cache-server/store/resource'

/** What a URL is in the cache. */
export interface ResourceName {
  readonly key: string
  /** The URL to show: without credentials and dropped parameters. */
  readonly shown: string
  readonly target: URL
  readonly mirrors: readonly URL[]
  /** From `user:password@` in the URL. */
  readonly authorization: string | undefined
  readonly rule: UrlRule
}

const noRule: UrlRule = {
  match: '**',
  dropParameters: [],
  staleWhileRevalidateSeconds: 0,
  staleIfErrorSeconds: 86_400,
  pin: false,
  mirrors: [],
}

/** Longest URL that is taken; servers on the way refuse longer ones. */
const longestUrl = 8192

/**
 * Names the resource of a URL. Credentials in the URL or from the client keep
 * its copies apart from those of others.
 *
 * @returns a sentence for the client when it is no URL that can be fetched
 */
export function nameResource(
  text: string,
  clientAuthorization: string | undefined,
  rules: UpstreamRules,
  urlRules: readonly CompiledRule[],
): ResourceName | string {
  if (text.length > longestUrl) return `'url' is longer than ${longestUrl} characters`
  const target = URL.parse(text)
  if (target === null) return "'url' is not an absolute URL"
  if (target.protocol !== 'http:' && target.protocol !== 'https:') return `'url' must begin with http:// or https://`
  const { username, password } = target
  target.username = ''
  target.password = ''
  target.hash = ''
  const bare = `${target.origin}${target.pathname}`
  const compiled = urlRules.find(({ pattern }) => pattern.test(bare))
  const rule = ruleFor(target, compiled?.rule ?? noRule)
  const shown = new URL(target)
  for (const [name] of new URLSearchParams(target.search)) {
    if (compiled?.dropped.some((pattern) => pattern.test(name)) === true) shown.searchParams.delete(name)
  }
  const fromUrl = username === '' && password === '' ? undefined : basic(username, password)
  const forwarded = rules.entryFor(target)?.forwardAuthorization === true ? clientAuthorization : undefined
  const authorization = fromUrl ?? forwarded
  return {
    key: keyOf(shown.href, authorization === undefined ? '' : createHash('sha256').update(authorization).digest('hex')),
    shown: shown.href,
    target,
    mirrors: mirrorsOf(target, rule),
    authorization,
    rule,
  }
}

/** A list of checksums changes whenever a file beside it does. */
function ruleFor(target: URL, rule: UrlRule): UrlRule {
  const isList = rule.checksums !== undefined && target.pathname.endsWith(`/${rule.checksums}`)
  return isList ? { ...rule, freshness: 'mutable' } : rule
}

function basic(username: string, password: string): string {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(text).toString('base64')}`
}

function mirrorsOf(target: URL, rule: UrlRule): readonly URL[] {
  const prefix = rule.match.replace(/\*.*$/s, '')
  return rule.mirrors
    .map((mirror) => URL.parse(mirror + target.href.slice(prefix.length)))
    .filter((mirror) => mirror !== null)
}

/** A rule with its globs as expressions. */
export interface CompiledRule {
  readonly rule: UrlRule
  readonly pattern: RegExp
  readonly dropped: readonly RegExp[]
}

export function compileRules(rules: readonly UrlRule[]): readonly CompiledRule[] {
  return rules.map((rule) => ({
    rule,
    pattern: glob(rule.match, '[^/]*'),
    dropped: rule.dropParameters.map((name) => glob(name, '.*')),
  }))
}

function glob(text: string, star: string): RegExp {
  const parts = text.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*'
    return part === '*' ? star : part.replaceAll(/[.+?^${}()|[\]\\/-]/g, String.raw`\$&`)
  })
  return new RegExp(`^${parts.join('')}$`, 's')
}
