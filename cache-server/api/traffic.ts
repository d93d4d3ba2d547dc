/** What went through for one upstream host, since the start. */
export interface HostTraffic {
  requests: number
  hits: number
  failures: number
  /** Bytes from upstream. */
  down: number
  /** Bytes really sent to clients. */
  up: number
}

/** More hosts than this are counted together, so that nobody can fill the memory with names. */
const mostHosts = 500

export interface Traffic {
  readonly of: (host: string) => HostTraffic
  readonly all: () => ReadonlyMap<string, HostTraffic>
}

export function createTraffic(): Traffic {
  const hosts = new Map<string, HostTraffic>()
  return {
    of: (host) => {
      const known = hosts.get(host) ?? (hosts.size >= mostHosts ? hosts.get('(others)') : undefined)
      if (known !== undefined) return known
      const fresh = { requests: 0, hits: 0, failures: 0, down: 0, up: 0 }
      hosts.set(hosts.size >= mostHosts ? '(others)' : host, fresh)
      return fresh
    },
    all: () => hosts,
  }
}
