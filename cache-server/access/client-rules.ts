import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { blockList, listHolds, wrappedIPv4 } from '#cache-server/access/address-classes'

/** Who is asking, and whether it may fetch. */
export interface ClientRules {
  /** The peer's address, or the rightmost one in X-Forwarded-For that is no trusted proxy. */
  readonly addressOf: (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string
  /** Whether a trusted proxy stands between. */
  readonly isProxied: (request: IncomingMessage) => boolean
  readonly mayFetch: (address: string) => boolean
  readonly networks: readonly string[]
}

export function createClientRules(networks: readonly string[], trustedProxies: readonly string[]): ClientRules {
  const allowed = blockList(networks)
  const proxies = blockList(trustedProxies)
  return {
    networks,
    isProxied: (request) => trustedProxies.length > 0 && listHolds(proxies, plain(request.socket.remoteAddress ?? '')),
    mayFetch: (address) => networks.length === 0 || listHolds(allowed, address),
    addressOf: (request) => {
      let address = plain(request.socket.remoteAddress ?? '')
      if (trustedProxies.length === 0) return address
      const hops = String(request.headers['x-forwarded-for'] ?? '')
        .split(',')
        .map((hop) => plain(hop.trim()))
      while (listHolds(proxies, address)) {
        const hop = hops.pop()
        if (hop === undefined || isIP(hop) === 0) break
        address = hop
      }
      return address
    },
  }
}

function plain(address: string): string {
  return address.startsWith('::ffff:') ? (wrappedIPv4(address) ?? address) : address
}
