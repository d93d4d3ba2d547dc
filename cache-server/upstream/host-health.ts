/** Remembers hosts that do not answer, so that they are not waited for again and again. */
export interface HostHealth {
  /** Milliseconds for which a host is left alone, or undefined when it may be asked. */
  readonly closedFor: (host: string) => number | undefined
  readonly answered: (host: string) => void
  /** A whole download got no connection or no answer. */
  readonly unreachable: (host: string) => void
  readonly all: () => ReadonlyMap<string, HostState>
}

export interface HostState {
  readonly failures: number
  readonly closedUntil: number
}

/** Failed downloads in a row after which the host is left alone. */
const failuresToClose = 3
/** Doubling stops here. */
const longestFactor = 6

/**
 * A circuit breaker for each host.
 *
 * @param pauseMs the first pause; it doubles with each further failure
 * @param now a monotonic clock in milliseconds
 */
export function createHostHealth(pauseMs: number, now: () => number): HostHealth {
  const hosts = new Map<string, HostState>()
  return {
    closedFor: (host) => {
      const left = (hosts.get(host)?.closedUntil ?? 0) - now()
      return left > 0 ? left : undefined
    },
    answered: (host) => {
      hosts.delete(host)
    },
    unreachable: (host) => {
      const failures = (hosts.get(host)?.failures ?? 0) + 1
      const over = failures - failuresToClose
      const closedUntil = over < 0 ? 0 : now() + Math.min(longestFactor, 2 ** over) * pauseMs
      hosts.set(host, { failures, closedUntil })
    },
    all: () => hosts,
  }
}
