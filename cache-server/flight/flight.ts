import type { GrowingFile } from '#cache-server/flight/growing-file'
import type { Life } from '#cache-server/flight/request'
import type { Resource } from '#cache-server/store/resource'

/** The response head of upstream, as far as it is passed on. */
export interface ResponseHead {
  /** Undefined when upstream does not say. */
  readonly length: number | undefined
  readonly contentType: string | undefined
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  readonly disposition: string | undefined
  readonly cacheControl: string | undefined
}

export interface FlightFailure {
  readonly kind: 'failed'
  readonly status: number
  readonly message: string
  readonly retryAfter?: string | undefined
}

/** What a waiting client gets: a body that grows, the kept resource after all, or an error. */
export type FlightOutcome =
  | { readonly kind: 'body'; readonly head: ResponseHead; readonly body: GrowingFile }
  | { readonly kind: 'unchanged'; readonly resource: Resource }
  | FlightFailure

/** One download, for as many readers as come. */
export interface Flight {
  readonly key: string
  readonly url: string
  readonly startedAt: number
  readonly life: Life
  /** Resolves once a client can be answered; never rejects. */
  readonly ready: Promise<FlightOutcome>
  /** Resolves with the committed resource, or undefined when there is none; never rejects. */
  readonly done: Promise<Resource | undefined>
  /** Known once `ready` resolved. */
  outcome: FlightOutcome | undefined
  /** The sha256 that the body must have: nobody gets its last byte before that is proved. */
  expected: string | undefined
  /** The sha256 of the whole body, known when all of it arrived. */
  digest: string | undefined
  /** Resolves when the digest is known or never will be. */
  readonly digested: Promise<void>
  readonly abort: (reason: Error) => void
}
