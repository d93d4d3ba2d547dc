import { setTimeout as sleep } from 'node:timers/promises'
import type { ConsoleTransport } from '#lab/console-transport'
import { labFailed } from '#lab/lab-failed'

/** Text that nobody waited for is kept up to this many characters. */
const longestUnread = 1 << 20

/** What `expect` found: which pattern, and the text from the mark up to the match's end. */
interface Found<Name extends string> {
  readonly name: Name
  readonly match: RegExpExecArray
  readonly text: string
}

interface Expectation {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** The dialogue side of a console: everything is heard from power-on, matched only after a mark. */
export interface SerialLine {
  /** Bytes heard since the line was opened. */
  readonly heard: () => number
  /** Text since the mark, each byte one character. */
  readonly unread: () => string
  /** Forgets what came so far; later matches see only what follows. */
  mark(): void
  /**
   * Waits for the first pattern that matches after the mark, then moves the mark
   * behind it. `undefined` when the time is up. Patterns must not be global.
   *
   * @throws LkftError LAB_FAILED when the line goes dead, the signal's reason when aborted
   */
  expect<Name extends string>(
    patterns: Readonly<Record<Name, RegExp>>,
    options: Expectation,
  ): Promise<Found<Name> | undefined>
  send(text: string): Promise<void>
  /** From the end of the next match on, bytes are no longer given to `listen`: they wait for `handOver`. */
  listenUntil(pattern: RegExp): void
  /** Ends the dialogue: gives all that is unread, then every later chunk, to `next`. */
  handOver(next: (chunk: Uint8Array) => void): void
  /** Reads until nothing came for `quietMs`; the count of bytes, or `undefined` when it never gets quiet. */
  drain(options: { quietMs: number; longestMs: number; signal: AbortSignal }): Promise<number | undefined>
}

/**
 * @param characterDelayMs pause between characters for boards whose UART loses them
 * @param listen gets every chunk, e.g. for console.log
 */
export function serialLine(
  transport: ConsoleTransport,
  options: { readonly characterDelayMs?: number; readonly listen?: (chunk: Uint8Array) => void } = {},
): SerialLine {
  let text = ''
  let heard = 0
  let wake = (): void => {}
  let goneBecause: string | undefined
  let boundary: RegExp | undefined
  let listening = true
  let next: ((chunk: Uint8Array) => void) | undefined
  transport.onBytes = (chunk) => {
    heard += chunk.length
    if (next !== undefined) return next(chunk)
    text = (text + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')).slice(-longestUnread)
    const match = boundary?.exec(text) ?? null
    const later = match === null ? 0 : text.length - (match.index + match[0].length)
    if (listening) options.listen?.(chunk.subarray(0, chunk.length - later))
    listening &&= match === null
    wake()
  }
  const watchEnd = async (): Promise<void> => {
    goneBecause = (await transport.gone) ?? 'it was closed'
    wake()
  }
  void watchEnd()
  return {
    heard: () => heard,
    unread: () => text,
    mark: () => (text = ''),
    expect: async (patterns, { timeoutMs, signal }) => {
      const deadline = performance.now() + timeoutMs
      for (;;) {
        signal.throwIfAborted()
        const found = firstMatch(text, patterns)
        if (found !== undefined) {
          text = text.slice(found.text.length)
          return found
        }
        if (goneBecause !== undefined) throw dead(transport.name, goneBecause)
        const left = deadline - performance.now()
        if (left <= 0) return undefined
        const arrived = Promise.withResolvers<void>()
        wake = arrived.resolve
        using timer = wakeAfter(left, signal, wake)
        void timer
        await arrived.promise
      }
    },
    send: async (words) => {
      const bytes = Buffer.from(words, 'latin1')
      const pieces = options.characterDelayMs === undefined ? [bytes] : Array.from(bytes, (byte) => Buffer.of(byte))
      for (const piece of pieces) {
        if (goneBecause !== undefined) throw dead(transport.name, goneBecause)
        await transport.write(piece).catch((error: Error) => {
          throw dead(transport.name, error.message)
        })
        if (options.characterDelayMs !== undefined) await sleep(options.characterDelayMs)
      }
    },
    listenUntil: (pattern) => (boundary = pattern),
    handOver: (listener) => {
      next = listener
      if (text !== '') listener(Buffer.from(text, 'latin1'))
      text = ''
    },
    drain: async ({ quietMs, longestMs, signal }) => {
      const from = heard
      const deadline = performance.now() + longestMs
      for (let last = -1; last !== heard;) {
        if (goneBecause !== undefined) throw dead(transport.name, goneBecause)
        if (performance.now() > deadline) return undefined
        last = heard
        await sleep(quietMs, undefined, { signal })
      }
      text = ''
      return heard - from
    },
  }
}

function firstMatch<Name extends string>(
  text: string,
  patterns: Readonly<Record<Name, RegExp>>,
): Found<Name> | undefined {
  let best: Found<Name> | undefined
  for (const name of Object.keys(patterns) as Name[]) {
    const match = patterns[name].exec(text)
    if (match === null || (best !== undefined && match.index >= best.match.index)) continue
    best = { name, match, text: text.slice(0, match.index + match[0].length) }
  }
  return best
}

function wakeAfter(ms: number, signal: AbortSignal, wake: () => void): Disposable {
  const timer = setTimeout(wake, ms)
  signal.addEventListener('abort', wake, { once: true })
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
    },
  }
}

function dead(name: string, reason: string): Error {
  return labFailed('console', `the serial line ${name} went dead: ${reason}`)
}
