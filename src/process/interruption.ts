/** What a long operation watches: `signal` aborts on the first SIGINT, SIGTERM or SIGHUP. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal
  /** Which signal it was, once there was one. */
  readonly received: () => NodeJS.Signals | undefined
}

/** Signals of one key press come within this time. */
const samePressMs = 1000

const watched = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Turns signals into an abort, so that each stage ends its children and writes
 * its directory before the process exits. A second SIGINT is not waited for: it
 * ends the process at once. One key press may come twice, from the terminal and
 * from npm, which hands its own on; what follows within a second is that.
 */
export function watchInterruption(): Interruption {
  const controller = new AbortController()
  let received: NodeJS.Signals | undefined
  let at = 0
  const onSignal = (signal: NodeJS.Signals): void => {
    if (received !== undefined && signal === 'SIGINT' && performance.now() - at > samePressMs) process.exit(130)
    if (received === undefined) at = performance.now()
    received ??= signal
    controller.abort(new Error(`interrupted by ${signal}`))
  }
  for (const name of watched) process.on(name, onSignal)
  return {
    signal: controller.signal,
    received: () => received,
    [Symbol.dispose]: () => {
      for (const name of watched) process.off(name, onSignal)
    },
  }
}
