import { createHash } from 'node:crypto'

/**
 * What is remembered of one URL. The object in memory is the same for everybody
 * and is changed in place; the index and the record file are its copies.
 */
export interface Resource {
  /** sha256 of the normalised URL and of what else tells it apart, in hexadecimal. */
  readonly key: string
  /** The URL as shown: without user, password and dropped parameters. */
  readonly url: string
  createdAt: number
  ttl: number
  /** When it is removed, in milliseconds of the epoch. */
  expiresAt: number
  /** When upstream must be asked again; later than `expiresAt` when never. */
  freshUntil: number
  /** When upstream last said that it is good. */
  validatedAt: number
  /** 200 for a success, anything else for a failure. */
  status: number
  size: number
  digest: string | undefined
  contentType: string | undefined
  etag: string | undefined
  lastModified: string | undefined
  disposition: string | undefined
  cacheControl: string | undefined
  /** Why it failed, for a person. */
  message: string | undefined
  lastUsage: number
  usage: number
  pinned: boolean
}

export function keyOf(url: string, variant = ''): string {
  return createHash('sha256')
    .update(url)
    .update(variant === '' ? '' : `\n${variant}`)
    .digest('hex')
}

/** The part of a resource that its record file keeps. */
export function toRecord(resource: Resource): string {
  return JSON.stringify(resource)
}

/** Reads a record; undefined when it is damaged. */
export function fromRecord(text: string): Resource | undefined {
  try {
    const value = JSON.parse(text) as Resource
    const whole =
      /^[0-9a-f]{64}$/.test(value.key) &&
      typeof value.url === 'string' &&
      [value.createdAt, value.ttl, value.expiresAt, value.status, value.size].every(Number.isFinite) &&
      (value.digest === undefined || /^[0-9a-f]{64}$/.test(value.digest))
    if (!whole) return undefined
    return { ...value, freshUntil: value.freshUntil ?? value.expiresAt }
  } catch {
    return undefined
  }
}
