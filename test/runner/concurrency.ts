import { scalarText } from './templates.ts'

/** How `concurrency` is written, with the group evaluated. */
export interface ConcurrencyRule {
  readonly group: string
  readonly cancelInProgress: boolean
  /** One waits, or up to a hundred in order. */
  readonly queue: 'single' | 'max'
}

interface Waiter {
  readonly start: () => void
  readonly cancel: () => void
}

interface Group {
  running: { readonly cancel: () => void } | undefined
  readonly waiting: Waiter[]
}

const longestQueue = 100

/** Places of all concurrency groups: one runs, others wait or are cancelled. */
export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>()

  /**
   * Waits for a place.
   *
   * @param cancel ends the one that has the place, when a later one wants it so
   * @returns gives the place back; `undefined` when cancelled while it waited
   */
  async enter(rule: ConcurrencyRule, cancel: () => void, signal: AbortSignal): Promise<(() => void) | undefined> {
    const name = rule.group.toLowerCase()
    const group = this.#groups.get(name) ?? { running: undefined, waiting: [] }
    this.#groups.set(name, group)
    if (group.running === undefined && group.waiting.length === 0) return this.#take(group, cancel)
    if (rule.queue === 'single') for (const waiter of group.waiting.splice(0)) waiter.cancel()
    if (group.waiting.length >= longestQueue) return undefined
    if (rule.cancelInProgress) group.running?.cancel()
    return new Promise((resolve) => {
      const waiter: Waiter = {
        start: () => resolve(this.#take(group, cancel)),
        cancel: () => resolve(undefined),
      }
      group.waiting.push(waiter)
      signal.addEventListener(
        'abort',
        () => {
          const at = group.waiting.indexOf(waiter)
          if (at >= 0) group.waiting.splice(at, 1)
          waiter.cancel()
        },
        { once: true },
      )
    })
  }

  #take(group: Group, cancel: () => void): () => void {
    const place = { cancel }
    group.running = place
    return () => {
      if (group.running !== place) return
      group.running = undefined
      group.waiting.shift()?.start()
    }
  }
}

/** Reads an evaluated `concurrency`. */
export function readConcurrency(value: unknown): ConcurrencyRule | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'object') return { group: scalarText(value), cancelInProgress: false, queue: 'single' }
  const { group, 'cancel-in-progress': cancel, queue } = value as Record<string, unknown>
  if (group === undefined || group === null || group === '') return undefined
  return {
    group: scalarText(group),
    cancelInProgress: cancel === true || cancel === 'true',
    queue: queue === 'max' ? 'max' : 'single',
  }
}
