import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Keys that wait to be copied elsewhere; a file for each, so that a restart forgets none. */
export interface WriteBack extends AsyncDisposable {
  /** @param note goes to `copy`, also after a restart */
  readonly add: (key: string, note?: string) => void
  readonly drop: (key: string) => void
  readonly idle: () => Promise<void>
  readonly waiting: () => number
}

/** Copies at a time. */
const atOnce = 2
const firstPauseMs = 500
const longestPauseMs = 60_000

/**
 * Copies keys one after the other; what fails is tried again after a pause that doubles.
 *
 * @param copy resolves also for a key that is gone
 */
export function createWriteBack(folder: string, copy: (key: string, note: string) => Promise<void>): WriteBack {
  mkdirSync(folder, { recursive: true })
  const left = readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name))
  const queue = new Map(left.map((key) => [key, readFileSync(join(folder, key), 'utf8')]))
  const running = new Set<string>()
  const stopping = new AbortController()
  let idle: (() => void)[] = []
  let pauseMs = 0

  const drop = (key: string): void => {
    queue.delete(key)
    rmSync(join(folder, key), { force: true })
  }
  const work = async (): Promise<void> => {
    for (const [key, note] of queue) {
      if (stopping.signal.aborted) return
      if (running.has(key)) continue
      running.add(key)
      try {
        await copy(key, note)
        drop(key)
        pauseMs = 0
      } catch {
        pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, pauseMs * 2))
      } finally {
        running.delete(key)
      }
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
    }
  }
  const workers = new Set<Promise<void>>()
  const start = (): void => {
    while (workers.size < Math.min(atOnce, queue.size) && !stopping.signal.aborted) {
      const worker = work().finally(() => {
        workers.delete(worker)
        if (queue.size > 0) start()
        else for (const resolve of idle.splice(0)) resolve()
      })
      workers.add(worker)
    }
  }
  start()
  return {
    add: (key, note = '') => {
      writeFileSync(join(folder, key), note)
      queue.set(key, note)
      start()
    },
    drop,
    idle: () => (queue.size === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    waiting: () => queue.size,
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await Promise.all(workers)
      idle = []
    },
  }
}
