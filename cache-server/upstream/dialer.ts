import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
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

/**
 * The HTTP client of the server. Every name is resolved once per connection and
 * the very address that was judged is dialled; the address of the open socket is
 * judged again, which also covers literals, for which no lookup happens.
 */
export function createDialer(rules: UpstreamRules, settings: FetchSettings, resolve: Lookup = lookupAll): Agent {
  const connector = buildConnector({ timeout: settings.connectTimeoutMs, allowH2: false, maxCachedSessions: 100 })
  const connect: buildConnector.connector = (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80))
    const judge = (address: string): Error | undefined => {
      const refusal = rules.judgeAddress(host, port, address)
      return refusal === undefined ? undefined : new AddressRefused(refusal)
    }
    const lookup = (
      name: string,
      wanted: { all?: boolean },
      done: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
    ): void => {
      resolve(name, (error, addresses) => {
        const allowed = addresses.filter(({ address }) => judge(address) === undefined)
        const [first] = allowed
        if (error !== null) done(error, [])
        else if (first === undefined) done(judge(addresses[0]?.address ?? '') ?? new Error(`no address of ${name}`), [])
        else if (wanted.all === true) done(null, allowed)
        else done(null, first.address, first.family)
      })
    }
    const refusal = isIP(host) === 0 ? undefined : judge(host)
    if (refusal !== undefined) {
      callback(refusal, null)
      return
    }
    connector({ ...options, lookup } as buildConnector.Options, (...[error, socket]) => {
      const remote = socket?.remoteAddress
      const late = remote === undefined ? undefined : judge(remote)
      if (late === undefined) {
        if (error === null) callback(null, socket)
        else callback(error, null)
        return
      }
      socket?.destroy()
      callback(late, null)
    })
  }
  return new Agent({
    connect,
    connections: settings.connectionsPerHost,
    pipelining: 1,
    headersTimeout: settings.firstByteMs,
    bodyTimeout: settings.stallMs,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 65_536,
    allowH2: false,
  })
}
