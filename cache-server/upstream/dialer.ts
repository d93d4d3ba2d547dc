import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { isIP, type Socket } from 'node:net'
import { callbackify } from 'node:util'
import { Agent, buildConnector } from 'undici'
import type { Refusal, UpstreamRules } from '#cache-server/access/upstream-rules'
import type { FetchSettings } from '#cache-server/settings'

/** An address that the rules do not let the server dial. */
export class AddressRefused extends Error {
  readonly code = 'LKFT_ADDRESS_REFUSED'
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.name = 'AddressRefused'
  }
}

export type Lookup = (host: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void

const lookupAll: Lookup = (host, done) => {
  systemLookup(host, { all: true, verbatim: true }, (error, addresses) => done(error, addresses ?? []))
}

/** Addresses of one name that are tried for one connection. */
const mostAddresses = 4

/**
 * The HTTP client of the server. Every name is resolved once per connection and
 * the very address that was judged is dialled, so that a name that changes its
 * answer gains nothing; the address of the open socket is judged again.
 */
export function createDialer(rules: UpstreamRules, settings: FetchSettings, resolve: Lookup = lookupAll): Agent {
  const connector = buildConnector({ timeout: settings.connectTimeoutMs, allowH2: false, maxCachedSessions: 100 })
  const dial = (options: buildConnector.Options, address: string, host: string): Promise<Socket> =>
    new Promise((done, fail) => {
      const servername = options.servername ?? (isIP(host) === 0 ? host : undefined)
      const target = { ...options, hostname: address, ...(servername === undefined ? {} : { servername }) }
      connector(target, (...[error, socket]) => (error === null ? done(socket) : fail(error)))
    })
  const connect = async (options: buildConnector.Options): Promise<Socket> => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80))
    const judge = (address: string): void => {
      const refusal = rules.judgeAddress(host, port, address)
      if (refusal !== undefined) throw new AddressRefused(refusal)
    }
    const addresses = isIP(host) === 0 ? await resolveName(resolve, host) : [host]
    let failure: unknown = new Error(`the name ${host} has no address`)
    for (const address of addresses.slice(0, mostAddresses)) {
      try {
        judge(address)
        const socket = await dial(options, address, host)
        try {
          judge(socket.remoteAddress ?? address)
          return socket
        } catch (error) {
          socket.destroy()
          throw error
        }
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
  return new Agent({
    connect: callbackify(connect) as unknown as buildConnector.connector,
    connections: settings.connectionsPerHost,
    pipelining: 1,
    headersTimeout: settings.firstByteMs,
    bodyTimeout: settings.stallMs,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 65_536,
    allowH2: false,
  })
}

function resolveName(resolve: Lookup, host: string): Promise<readonly string[]> {
  return new Promise((done, fail) => {
    resolve(host, (error, addresses) => (error === null ? done(addresses.map(({ address }) => address)) : fail(error)))
  })
}
