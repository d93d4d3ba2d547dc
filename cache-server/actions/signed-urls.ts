import { equal, sign } from '#cache-server/actions/token'

export type SignedPurpose = 'upload' | 'download'

/** URLs that let whoever holds them move one blob, for a while. */
export interface SignedUrls {
  /** @param base origin that the client reaches this server by */
  readonly make: (base: string, purpose: SignedPurpose, id: string) => string
  /** The id that a path and query grant, undefined when they grant nothing. */
  readonly check: (path: string, query: URLSearchParams, purpose: SignedPurpose) => string | undefined
}

/** Three segments, as Azurite has them: other clients take the first for the account. */
const pathOf: Readonly<Record<SignedPurpose, string>> = { upload: '/lkft/upload/', download: '/lkft/download/' }

export function createSignedUrls(secret: Buffer, lifeSeconds: number, now: () => number): SignedUrls {
  const signature = (purpose: SignedPurpose, id: string, expiry: string): string =>
    sign(secret, `${purpose}\n${id}\n${expiry}`)
  return {
    make: (base, purpose, id) => {
      const expiry = String(Math.floor(now() / 1000) + lifeSeconds)
      return `${base}${pathOf[purpose]}${encodeURIComponent(id)}?se=${expiry}&sig=${signature(purpose, id, expiry)}`
    },
    check: (path, query, purpose) => {
      if (!path.startsWith(pathOf[purpose])) return undefined
      const id = decodeURIComponent(path.slice(pathOf[purpose].length))
      const expiry = query.get('se') ?? ''
      if (!/^\d{1,12}$/.test(expiry) || Number(expiry) * 1000 < now()) return undefined
      return equal(query.get('sig') ?? '', signature(purpose, id, expiry)) ? id : undefined
    },
  }
}
