import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a job may do with the caches of one ref. */
export interface CacheScope {
  /** e.g. `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string
  readonly read: boolean
  readonly write: boolean
}

/** Who a job is: its repository, its run, and the caches that it may read (in this order) and write. */
export interface JobIdentity {
  /** `owner/name`. */
  readonly repository: string
  readonly runId: string
  readonly jobId: string
  readonly scopes: readonly CacheScope[]
}

/** A token that does not say who asks; the reason is for the client. */
export class TokenRefused extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'TokenRefused'
  }
}

const readBit = 1
const writeBit = 2

/**
 * Makes a token in the form of GitHub's runtime token, signed with the server's
 * own key: the unmodified clients read `scp`, this server reads the rest.
 */
export function mintToken(secret: Buffer, job: JobIdentity, lifeSeconds: number, now: number): string {
  const seconds = Math.floor(now / 1000)
  const ac = job.scopes.map(({ ref, read, write }) => ({
    Scope: ref,
    Permission: (read ? readBit : 0) + (write ? writeBit : 0),
  }))
  const claims = {
    iss: 'lkft-cache',
    iat: seconds,
    nbf: seconds - 60,
    exp: seconds + lifeSeconds,
    repository: job.repository,
    scp: `Actions.Results:${job.runId}:${job.jobId}`,
    ac: JSON.stringify(ac),
  }
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${sign(secret, signed)}`
}

/**
 * Reads a token of this server. Anything not signed with its key is refused,
 * GitHub's own tokens too.
 *
 * @throws TokenRefused
 */
export function readToken(secret: Buffer, token: string, now: number): JobIdentity {
  const [head = '', body = '', signature = '', ...more] = token.split('.')
  if (more.length > 0 || !equal(signature, sign(secret, `${head}.${body}`))) {
    throw new TokenRefused('the token is not signed by this cache server')
  }
  const { alg } = decode(head)
  if (alg !== 'HS256') throw new TokenRefused('the token has another algorithm than HS256')
  const claims = decode(body)
  const seconds = now / 1000
  if (!(Number(claims['exp']) > seconds) || !(Number(claims['nbf']) <= seconds))
    throw new TokenRefused('the token has expired')
  const scope = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)/.exec(String(claims['scp']))
  const repository = claims['repository']
  if (scope?.[1] === undefined || scope[2] === undefined || typeof repository !== 'string') {
    throw new TokenRefused('the token names no run')
  }
  const scopes = (
    JSON.parse(typeof claims['ac'] === 'string' ? claims['ac'] : '[]') as { Scope: string; Permission: number }[]
  ).map(({ Scope: ref, Permission: bits }) => ({ ref, read: (bits & readBit) !== 0, write: (bits & writeBit) !== 0 }))
  return { repository, runId: scope[1], jobId: scope[2], scopes }
}

/** HMAC-SHA256 in base64url. */
export function sign(secret: Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

export function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>
  } catch {
    throw new TokenRefused('the token is damaged')
  }
}
