/** Large writes in one turn of the event loop, while clients are coming. */
const writesPerTurn = 2
/** So long after a client came another is expected. */
const comingMs = 25

const waiting: (() => void)[] = []
let running = false
let cameAt = Number.NEGATIVE_INFINITY

/** To be called for each new connection. */
export function noteNewcomer(): void {
  cameAt = performance.now()
}

/**
 * Resolves when it is the caller's turn to write a large piece; undefined when that is
 * now. The event loop takes one new connection in each of its turns: as long as many
 * readers are served in one, each client of a crowd waits for all of them.
 */
export function myTurn(): Promise<void> | undefined {
  if (!running && performance.now() - cameAt > comingMs) return undefined
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (running) return
    running = true
    setImmediate(run)
  })
}

function run(): void {
  const most = performance.now() - cameAt > comingMs ? waiting.length : writesPerTurn
  for (const resolve of waiting.splice(0, most)) resolve()
  running = waiting.length > 0
  if (running) setImmediate(run)
}
