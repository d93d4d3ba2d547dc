import type { BuildRequest } from '#build/build-request'
import { compilerCacheEnvironment, rewrittenSource } from '#build/compiler-cache'

/** What the environment of a build is made from. Paths are those the build sees. */
export interface EnvironmentFacts {
  readonly source: string
  readonly build: string
  /** Seconds since 1970 for every date. */
  readonly timestamp: number
  /** Text of the top Makefile. */
  readonly makefile: string
}

/** The paths that stand in debug information, wherever a build ran: those of lkft's containers. */
export const canonicalPaths = { source: '/src', build: '/build', output: '/out' } as const

/**
 * The variables every command of a build gets: locale, time zone, dates, names
 * and prefix maps, so that two machines give the same bytes; then the user's.
 */
export function buildEnvironment(request: BuildRequest, facts: EnvironmentFacts): Readonly<Record<string, string>> {
  const flags = prefixMapFlags(facts, rewrittenSource(request, facts))
  const user = request.environment
  const base: Record<string, string> = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: facts.source,
    KBUILD_BUILD_HOST: 'lkft',
    KBUILD_BUILD_TIMESTAMP: formatDate(facts.timestamp),
    KBUILD_BUILD_USER: 'lkft',
    KBUILD_BUILD_VERSION: '1',
    LANG: 'C',
    LC_ALL: 'C',
    PERL_HASH_SEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONHASHSEED: '0',
    SOURCE_DATE_EPOCH: String(facts.timestamp),
    // podman gives a container one, docker none.
    TERM: 'dumb',
    TZ: 'UTC',
    ...compilerCacheEnvironment(request, facts),
    ...user,
  }
  for (const [name, own] of Object.entries(flags)) {
    const value = [own, user[name]].filter((part) => part !== undefined && part !== '').join(' ')
    if (value !== '') base[name] = value
  }
  return Object.fromEntries(Object.entries(base).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Flags by Kbuild variable that map the real paths to the canonical ones; empty
 * where they already are. `__FILE__` is Kbuild's own business since 4.19, so only
 * trees without that get a macro map too.
 *
 * @param rewritten the source as a compiler cache may name it instead
 */
export function prefixMapFlags(facts: EnvironmentFacts, rewritten?: string): Readonly<Record<string, string>> {
  const pairs = [
    [facts.build, canonicalPaths.build],
    [facts.source, canonicalPaths.source],
  ].filter(([from, to]) => from !== to)
  if (pairs.length === 0) return {}
  // The last map that fits wins, so the rewritten path comes first.
  const maps = rewritten === undefined ? pairs : [[rewritten, canonicalPaths.source], ...pairs]
  const debug = maps.map(([from, to]) => `-fdebug-prefix-map=${from}=${to}`)
  const sources = [
    ...(facts.makefile.includes('-fmacro-prefix-map=') ? [] : [facts.source]),
    ...(rewritten === undefined ? [] : [rewritten]),
  ]
  const macro = sources.map((source) => `-fmacro-prefix-map=${source}/=`)
  return {
    KAFLAGS: debug.join(' '),
    KCFLAGS: [...debug, ...macro].join(' '),
    KRUSTFLAGS: pairs.map(([from, to]) => `--remap-path-prefix=${from}=${to}`).join(' '),
  }
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A date as `LC_ALL=C TZ=UTC date` says it, e.g. `Thu Jan  1 00:00:00 UTC 1970`. */
export function formatDate(seconds: number): string {
  const date = new Date(seconds * 1000)
  const time = date.toISOString().slice(11, 19)
  const day = String(date.getUTCDate()).padStart(2)
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${day} ${time} UTC ${date.getUTCFullYear()}`
}
