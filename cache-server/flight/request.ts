import type { UrlRule } from '#cache-server/settings'
import type { Resource } from '#cache-server/store/resource'

/** How long the result lives; a second client may shorten it while the download runs. */
export interface Life {
  createdAt: number
  /** Seconds from `createdAt`. */
  ttl: number
  uses: number
  lastUsage: number
}

/** A download to make. */
export interface DownloadRequest {
  readonly key: string
  /** As shown, without credentials. */
  readonly url: string
  readonly target: URL
  readonly mirrors: readonly URL[]
  readonly authorization: string | undefined
  readonly rule: UrlRule
  readonly life: Life
  /** The copy that is there and needs to be asked about. */
  readonly previous: Resource | undefined
  /** The sha256 that the body must have. */
  readonly expected: string | undefined
  readonly via?: string | undefined
  /** What the shared bucket knows of it: then the body comes from there. */
  readonly shared?: Resource | undefined
}
