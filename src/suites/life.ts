import type { ConsoleLink } from '#suites/console-link'
import type { LifeEnd } from '#suites/session'

/** A started machine or board. Disposing it ends it. */
export interface Life extends AsyncDisposable {
  readonly console: ConsoleLink
  readonly port: ConsoleLink | null
  /** `performance.now()` when it was started. */
  readonly started: number
  /** Settles when it is gone by itself; never for a board that has no way to tell. */
  readonly ended: Promise<LifeEnd>
  /** Seconds in which the host had no core for it so far; absent where nobody knows. */
  readonly waitedForCpu?: () => number
  /** It is a copy of a frozen machine, which waits for orders under the name of its session once it is `ready`. */
  readonly copyOf?: { readonly session: string; readonly ready: Promise<void> }
  /**
   * Freezes it when its runner waits for orders, so that further lives are copies
   * of it; it is over then. Absent where that cannot be.
   */
  readonly freeze?: () => Promise<void>
}

/** What the machine is started for. */
export interface LifeRequest {
  /** Word by which host and guest know each other; also among the kernel arguments. */
  readonly session: string
  /** Many lives will follow, so one that can be frozen is worth its time. */
  readonly manyFollow: boolean
  /** Words for the kernel command line: the runner's session, and options for this life. */
  readonly kernelArguments: readonly string[]
  /** 1 for the first machine of the run. */
  readonly number: number
}
