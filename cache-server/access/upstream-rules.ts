import { isIP } from 'node:net'
import {
  blockList,
  isAddressRange,
  listHolds,
  specialAddressesOf,
  wrappedIPv4,
} from '#cache-server/access/address-classes'

/** One entry of `allow:` in the configuration, or one `--allow-host`. */
export interface AllowEntry {
  /** `files.example.org`, `*.example.org`, an address, or a range such as `10.1.0.0/16`. */
  readonly host: string
  /** Ports that may be reached; when empty 80 and 443, and any port of a private address or of localhost. */
  readonly ports: readonly number[]
  /** The name may lead to private addresses. */
  readonly private: boolean
  /** Header with credentials for this host, kept out of URLs, logs and pages. */
  readonly authorization?: string | undefined
  /** The client's own Authorization goes to this host; its responses are kept apart by it. */
  readonly forwardAuthorization: boolean
  /** A redirect from https to http of this host is followed. */
  readonly allowDowngrade: boolean
}

export interface Refusal {
  readonly message: string
  /** The configuration line that would allow it. */
  readonly line: string
}

/** Decides which upstream hosts and addresses may be dialled. */
export interface UpstreamRules {
  /** Judges a URL before any name is resolved; undefined means allowed. */
  readonly judgeUrl: (url: URL) => Refusal | undefined
  /** Judges the address that a host name led to, or the literal itself. */
  readonly judgeAddress: (host: string, port: number, address: string) => Refusal | undefined
  readonly entryFor: (url: URL) => AllowEntry | undefined
}

/** Parses `HOST`, `HOST:PORT`, `[::1]:8080`, `10.0.0.0/8` as given to `--allow-host`. */
export function parseAllowHost(text: string): AllowEntry | undefined {
  const plain = { private: false, forwardAuthorization: false, allowDowngrade: false }
  if (isAddressRange(text)) return { ...plain, host: text, ports: [] }
  const match = /^(\[[0-9a-fA-F:.]+\]|(?:\*\.)?[A-Za-z0-9_.-]+)(?::(\d{1,5}))?$/.exec(text)
  if (match?.[1] === undefined) return undefined
  const port = match[2] === undefined ? undefined : Number(match[2])
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  return { ...plain, host: bare(match[1]), ports: port === undefined ? [] : [port] }
}

/** @param where the file named in refusals, e.g. `/etc/lkft/cache.yaml` */
export function createUpstreamRules(entries: readonly AllowEntry[], where: string): UpstreamRules {
  const names = entries.filter(({ host }) => !isAddressRange(host))
  const ranges = entries
    .filter(({ host }) => isAddressRange(host))
    .map((entry) => ({ entry, list: blockList([entry.host]) }))
  const rangeFor = (address: string, port: number): AllowEntry | undefined =>
    ranges.find(
      ({ entry, list }) => listHolds(list, address) && (entry.ports.length === 0 || entry.ports.includes(port)),
    )?.entry
  const nameFor = (host: string, port: number): AllowEntry | undefined =>
    names.find((entry) => hostMatches(entry.host, host) && portAllowed(entry, port))
  const entryOf = (host: string, port: number): AllowEntry | undefined =>
    isIP(host) === 0 ? nameFor(host, port) : rangeFor(host, port)
  const judgeUrl = (url: URL): Refusal | undefined => {
    const host = hostOf(url)
    const port = portOf(url)
    const wrapped = wrappedIPv4(host)
    if (wrapped !== undefined) {
      const line = `- {host: '${wrapped}', ports: [${port}]}`
      return {
        line,
        message: `${host} hides the IPv4 address ${wrapped}: write that one, and add "${line}" under "allow:" in ${where}`,
      }
    }
    if (entryOf(host, port) !== undefined) return undefined
    const known = names.find((entry) => hostMatches(entry.host, host))
    const portPart = port === 80 || port === 443 ? '' : `, ports: [${port}]`
    const line = `- {host: '${host}'${portPart}}`
    const what = known === undefined ? `host ${host} is` : `port ${port} of host ${host} is`
    return { line, message: `${what} not on the allowlist: add "${line}" under "allow:" in ${where}` }
  }
  const judgeAddress = (host: string, port: number, address: string): Refusal | undefined => {
    const name = isIP(host) === 0 ? nameFor(host, port) : undefined
    const refused = specialAddressesOf(address).find((one) => {
      if (rangeFor(one, port) !== undefined || name?.private === true) return false
      return !(name !== undefined && isLocalhost(host) && isLoopback(one))
    })
    if (refused === undefined) return undefined
    const line = `- {host: '${refused}', ports: [${port}]}`
    return {
      line,
      message: `${host} leads to the private address ${refused}, which needs an entry of its own: add "${line}" under "allow:" in ${where}`,
    }
  }
  return { judgeUrl, judgeAddress, entryFor: (url) => entryOf(hostOf(url), portOf(url)) }
}

/** The host of a URL without brackets and without a final dot. */
export function hostOf(url: URL): string {
  return bare(url.hostname)
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
}

function bare(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

function portAllowed(entry: AllowEntry, port: number): boolean {
  if (entry.ports.length > 0) return entry.ports.includes(port)
  return port === 80 || port === 443 || entry.private || isLocalhost(entry.host)
}

function hostMatches(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase()
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) && host.length >= wanted.length : host === wanted
}

function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}
