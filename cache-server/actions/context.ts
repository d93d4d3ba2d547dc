import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SignedUrls } from '#cache-server/actions/signed-urls'
import type { JobIdentity } from '#cache-server/actions/token'
import type { Uploads } from '#cache-server/actions/uploads'
import type { Store } from '#cache-server/store/store'
import type { SharedObjects } from '#cache-server/tier/shared-objects'

/** What the Actions services stand on. */
export interface ActionsContext {
  readonly store: Store
  /** The bucket that several servers share. */
  readonly shared: SharedObjects | undefined
  readonly uploads: Uploads
  readonly urls: SignedUrls
  readonly secret: Buffer
  readonly now: () => number
  /** Bytes of cache entries for each repository. */
  readonly cacheQuota: number
  readonly artifactDays: number
}

/** One call of a job that proved who it is. */
export interface JobCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly job: JobIdentity
  /** Origin that the job reaches this server by. */
  readonly base: string
}

/** A method of a Twirp service: JSON in, JSON out. */
export type Method = (
  context: ActionsContext,
  call: JobCall,
  body: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>

/** An error in Twirp's form: always JSON, since clients retry on anything else. */
export class ServiceError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'ServiceError'
    this.status = status
    this.code = code
  }
}

/** A string field that must be there. */
export function textOf(body: Readonly<Record<string, unknown>>, field: string, most = 512): string {
  const value = body[field]
  if (typeof value !== 'string' || value === '' || value.length > most) {
    throw new ServiceError(400, 'invalid_argument', `${field} must be a text of 1 to ${most} characters`)
  }
  return value
}

/** An id that a client can put in an int64. */
export function newId(now: number): string {
  return String(now * 1000 + Math.floor(Math.random() * 1000))
}

export function sendJson(response: ServerResponse, status: number, value: unknown): number {
  const bytes = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': String(bytes.length) }).end(bytes)
  return bytes.length
}
