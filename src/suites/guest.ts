import { randomBytes, randomUUID } from 'node:crypto'
import type { ConsoleLine } from '#console/console-line'
import { splitLines } from '#process/split-lines'
import type { ConsoleLink } from '#suites/console-link'
import { encodeOrder, type Frame, frameReader, runOrders } from '#suites/frames'

/** What the guest said when it was ready. */
export interface GuestHello {
  readonly release: string
  readonly machine: string
  /** Where results travel: `ttyS1`, `virtio` or `console`. */
  readonly port: string
}

/** How a step ended. */
export interface StepEnd {
  readonly status: number
  readonly timedOut: boolean
  readonly seconds: number
}

export interface Step {
  /** POSIX shell. */
  readonly script: string
  readonly seconds: number
  /** A line that the step printed. */
  readonly onLine: (line: string) => void
  /** The guest began to run it. */
  readonly onBegin?: () => void
}

/** The runner in the guest, as the host sees it. */
export interface Guest {
  /** Settles when the runner reports; never, when the guest dies first. */
  readonly hello: Promise<GuestHello>
  /** Runs one step; rejects when the runner cannot be reached any more. */
  runStep(step: Step): Promise<StepEnd>
  /** Makes the runner of a copied machine, which waits for orders, say its hello again. */
  greetAgain(): void
  /** Gives a copied machine entropy, time, machine id and boot id of its own. */
  seed(): Promise<void>
  /** Takes a line that the console showed. */
  pushConsole(line: ConsoleLine): void
  /** Waits for nothing any more. */
  close(): void
}

const answerMs = 5000
/** Beyond the step's own limit, which the guest keeps, before it is given up. */
const graceSeconds = 10

/** Speaks with the runner over the port, or over the console where the guest has no port. */
export function connectGuest(session: string, console: ConsoleLink, port: ConsoleLink | null): Guest {
  const read = frameReader(session)
  const { promise: hello, resolve: greet } = Promise.withResolvers<GuestHello>()
  const waiting = new Map<string, (frame: Frame) => void>()
  const timers = new Set<NodeJS.Timeout>()
  let seen = 0
  let steps = 0
  let onLine: ((line: string) => void) | undefined
  let out: ConsoleLink = port ?? console
  const order = (text: string): void => out.write(encodeOrder(text))

  const take = (text: string, from: ConsoleLink, isOutput: boolean): void => {
    const line = read(text)
    const before = line.type === 'text' ? line.text : line.before
    if (isOutput && (before !== '' || line.type === 'text')) onLine?.(before)
    if (line.type === 'damaged') order(`again ${line.number === 0 ? seen + 1 : line.number}`)
    if (line.type !== 'frame' || line.frame.number <= seen) return
    const { frame } = line
    seen = frame.number
    if (frame.kind === 'hello') {
      const [, release = '', machine = '', name = ''] = frame.words
      out = from
      greet({ release, machine, port: name })
    }
    waiting.get(`${frame.kind} ${frame.words[0] ?? ''}`.trimEnd())?.(frame)
  }

  const lines = splitLines((line) => {
    if (line !== '') take(line, port ?? console, true)
  })
  port?.listen(
    (chunk) => lines.push(chunk),
    () => lines.end(),
  )

  /** Waits for a frame; asks again while none comes, and gives up after the last try. */
  const expect = async (key: string, afterMs: number, retry: () => void): Promise<Frame> => {
    const { promise, resolve, reject } = Promise.withResolvers<Frame>()
    let tries = 0
    const ask = (): void => {
      tries++
      if (tries > 3) reject(new Error(`the guest's runner does not answer (${key})`))
      else retry()
    }
    let timer = setTimeout(() => {
      ask()
      timers.delete(timer)
      timer = setInterval(ask, answerMs)
      timers.add(timer)
    }, afterMs)
    timers.add(timer)
    waiting.set(key, resolve)
    try {
      return await promise
    } finally {
      clearInterval(timer)
      timers.delete(timer)
      waiting.delete(key)
    }
  }

  return {
    hello,
    runStep: async (step) => {
      steps++
      const id = steps
      const orders = runOrders(id, step.script, step.seconds)
      onLine = step.onLine
      const begun = expect(`begin ${id}`, answerMs, () => order(orders.at(-1) ?? ''))
      const ended = expect(`end ${id}`, (step.seconds + graceSeconds) * 1000, () => order(`again ${seen + 1}`))
      ended.catch(() => {})
      for (const text of orders) order(text)
      try {
        await begun
        step.onBegin?.()
        const started = performance.now()
        const { words } = await ended
        const seconds = (performance.now() - started) / 1000
        return { status: Number(words[1]), timedOut: words[2] === 'timeout', seconds }
      } finally {
        onLine = undefined
      }
    },
    greetAgain: () => order('again 1'),
    seed: async () => {
      const ids = `${randomBytes(16).toString('hex')} ${randomUUID()}`
      const text = `seed ${randomBytes(64).toString('base64')} ${Math.round(Date.now() / 1000)} ${ids}`
      const done = expect('seeded', answerMs, () => order(text))
      order(text)
      await done
    },
    pushConsole: (line) => take(line.text, console, out === console && line.source !== 'kernel'),
    close: () => {
      for (const timer of timers) clearInterval(timer)
    },
  }
}
