import type { NamespaceSettings } from '#cache-server/objects/access'
import type { BucketSettings } from '#cache-server/tier/bucket'
import type { AllowEntry } from '#cache-server/access/upstream-rules'

/** How long a response is fresh: for ever, by its own headers, or for KissCache's fixed life. */
export type FreshnessClass = 'immutable' | 'mutable' | 'ttl'

/** One entry of `rules:`; the first whose `match` fits a URL applies. */
export interface UrlRule {
  /** URL without query; `*` stands for anything but a slash, `**` for anything. */
  readonly match: string
  readonly freshness?: FreshnessClass | undefined
  readonly ttlSeconds?: number | undefined
  /** Query parameters that do not tell one resource from another, e.g. `X-Amz-*`. */
  readonly dropParameters: readonly string[]
  readonly staleWhileRevalidateSeconds: number
  readonly staleIfErrorSeconds: number
  readonly pin: boolean
  /** URL prefixes that hold the same files as the part of `match` before its first `*`. */
  readonly mirrors: readonly string[]
  /** File of digests beside each resource, e.g. `SHA256SUMS`. */
  readonly checksums?: string | undefined
}

export interface FetchSettings {
  /** Attempts for the response head. */
  readonly retries: number
  /** Attempts for the rest of a cut body, without progress in between. */
  readonly resumes: number
  readonly connectTimeoutMs: number
  /** Until a client is answered with a head or an error. */
  readonly firstByteMs: number
  /** Without a byte from upstream. */
  readonly stallMs: number
  readonly connectionsPerHost: number
  readonly redirects: number
  /** Life of a remembered failure. */
  readonly negativeMs: number
  /** How long a host that does not answer is not asked again. */
  readonly breakerMs: number
}

export interface DiskSettings {
  /** Bytes; 0 is no limit. */
  readonly quota: number
  /** Percent of the quota above which idle resources are removed. */
  readonly softPercent: number
  /** Idle time that makes a resource removable above the soft mark. */
  readonly idleSeconds: number
}

export interface TokenEntry {
  readonly name: string
  readonly sha256: string
  readonly scopes: readonly ('read' | 'write' | 'admin')[]
  /** Namespaces of objects, and repositories (`owner/name`) of Actions caches; none is all. */
  readonly namespaces: readonly string[]
  /** Refs whose Actions caches its jobs may change, a final `*` for any end; all when absent. */
  readonly refs?: readonly string[]
  /** Bytes that this token may store; 0 is no limit. */
  readonly quota: number
  /** Requests per second, averaged over ten; 0 is no limit. */
  readonly rate: number
}

/** GitHub's cache and artifact services; what is absent has GitHub's own value. */
export interface ActionsSettings {
  readonly secret?: Buffer
  readonly publicUrl?: string | undefined
  readonly urlLifeSeconds?: number | undefined
  readonly cacheQuota?: number | undefined
  readonly cacheIdleSeconds?: number | undefined
  readonly artifactDays?: number | undefined
}

/** Another cache server that is asked before upstream. */
export interface ParentSettings {
  /** Its address, without a path. */
  readonly url: string
  readonly token?: string | undefined
}

/** Where one listens. */
export interface Place {
  readonly host: string
  readonly port: number
}

export interface Settings {
  readonly directory: string
  readonly host: string
  readonly port: number
  /** The file that refusals name. */
  readonly configFile: string
  readonly allow: readonly AllowEntry[]
  readonly rules: readonly UrlRule[]
  readonly fetch: FetchSettings
  readonly disk: DiskSettings
  readonly defaultTtlSeconds: number
  /** KissCache's SHUTDOWN_PATH: while it exists, health says 503. */
  readonly shutdownFile: string
  /** CIDR ranges that may fetch; empty means everybody. */
  readonly clientNetworks: readonly string[]
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly tokens: readonly TokenEntry[]
  /** Fetching needs a token with scope read. */
  readonly requireToken: boolean
  readonly namespaces: readonly NamespaceSettings[]
  readonly actions: ActionsSettings
  /** How long answers and downloads may go on after SIGTERM. */
  readonly drainMs: number
  /** `-` is standard output. */
  readonly accessLog?: string | undefined
  readonly parent?: ParentSettings | undefined
  /** Storage shared with other servers. */
  readonly bucket?: BucketSettings | undefined
  /** The web pages listen here and are gone from the other address. */
  readonly pages?: Place | undefined
  /** nginx's internal location of `DIR/blobs/`: a trusted proxy gets X-Accel-Redirect in place of bytes. */
  readonly accelPrefix?: string | undefined
}

export const defaultFetch: FetchSettings = {
  retries: 16,
  resumes: 10,
  connectTimeoutMs: 8000,
  firstByteMs: 30_000,
  stallMs: 60_000,
  connectionsPerHost: 16,
  redirects: 10,
  negativeMs: 30_000,
  breakerMs: 10_000,
}

export const defaultDisk: DiskSettings = { quota: 5 * 2 ** 30, softPercent: 75, idleSeconds: 3600 }

/** What refusals name where there is no configuration. */
export const noConfigFile = 'the file given to --config'

/** Settings for a directory and nothing else said: loopback, nobody upstream allowed. */
export function defaultSettings(directory: string): Settings {
  return {
    directory,
    host: '127.0.0.1',
    port: 8080,
    configFile: noConfigFile,
    allow: [],
    rules: [],
    fetch: defaultFetch,
    disk: defaultDisk,
    defaultTtlSeconds: 10 * 86_400,
    shutdownFile: `${directory}/shutdown`,
    clientNetworks: [],
    trustedProxies: [],
    tokens: [],
    requireToken: false,
    namespaces: [],
    actions: {},
    drainMs: 30_000,
  }
}
