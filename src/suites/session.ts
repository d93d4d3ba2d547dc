import { LkftError } from '#errors/lkft-error'
import type { ConsoleLine } from '#console/console-line'
import type { Crash } from '#console/find-crashes'
import type { ConsoleSink } from '#results/console-sink'
import type { ConsoleLink } from '#suites/console-link'
import { connectGuest, type Guest, type GuestHello } from '#suites/guest'
import { type ConsoleWatch, watchConsole } from '#suites/watch-console'

/** How long each part of a session may last. */
export interface SessionLimits {
  /** From the start to the runner's report. */
  readonly bootSeconds: number
  /** Without a byte on the console before the runner reports. */
  readonly silenceSeconds: number
  /** After `Waiting for root device`. */
  readonly rootDeviceSeconds: number
}

export const defaultLimits: SessionLimits = { bootSeconds: 900, silenceSeconds: 60, rootDeviceSeconds: 10 }

/** How a machine or board came to be gone by itself. */
export interface LifeEnd {
  /** One line for people. */
  readonly message: string
  /** The guest did it (it restarted or switched off); otherwise the emulator or the lab did. */
  readonly byGuest: boolean
}

/** Why a session cannot go on. `gone`: the guest left by itself; `broken`: emulator, lab or line failed it. */
export interface Death {
  readonly kind: 'crash' | 'hang' | 'timeout' | 'gone' | 'broken' | 'cancelled'
  /** One line for people. */
  readonly message: string
}

export interface SessionRequest {
  readonly console: ConsoleLink
  /** Second port for results; null where there is only the console. */
  readonly port: ConsoleLink | null
  /** The random word given to the guest as `lkft_session=` on the kernel command line. */
  readonly session: string
  /** Keeps the console. */
  readonly sink: ConsoleSink
  /** `performance.now()` when the machine or board was started. */
  readonly started: number
  readonly limits: SessionLimits
  /** Settles when the machine is gone by itself. */
  readonly ended: Promise<LifeEnd>
  /** Seconds in which the host had no core for the guest so far. */
  readonly waitedForCpu?: () => number
  /** Settles when a copy of a frozen guest, which waits for orders already, hears them; absent for others. */
  readonly copyReady?: Promise<void> | undefined
  /** Aborted with a `TimeoutError` when the run's time is up, with anything else when it is interrupted. */
  readonly signal: AbortSignal
  readonly onLine: (line: ConsoleLine) => void
  readonly onCrash: (crash: Crash) => void
}

/** One life of a guest, from power-on to its death or the end of its work. */
export interface Session {
  readonly guest: Guest
  /** The guest is a copy of a frozen one, which waits for orders already. */
  readonly copied: boolean
  readonly watch: ConsoleWatch
  /** Settles at death; a session that comes to its end is closed instead. */
  readonly dead: Promise<Death>
  /** Seconds from the start to the runner's report; null before it. */
  readonly bootSeconds: () => number | null
  /** Seconds from the start to the first byte on the console or the port; null before it. */
  readonly firstOutputSeconds: () => number | null
  /** What the runner reported; null before it. */
  readonly hello: () => GuestHello | null
  /** Reads what is still to come from the console, then stops watching. */
  close(): void
}

/** A panicked kernel has this long to print its trace. */
const lastWordsMs = 1500
const pollMs = 100

/** Follows a console from its first byte and notices every way to die: crash, exit, silence, stall, time, interruption. */
export function startSession(request: SessionRequest): Session {
  const { console, limits, started } = request
  let ready: number | null = null
  let hello: GuestHello | null = null
  let fatalSince: number | null = null
  let haltedSince: number | null = null
  let firstOutput: number | null = null
  const heard = (): void => void (firstOutput ??= (performance.now() - started) / 1000)
  const guest = connectGuest(request.session, console, noticeBytes(request.port, heard))
  const watch = watchConsole({
    sink: request.sink,
    started,
    onCrash: request.onCrash,
    onLine: (line) => {
      guest.pushConsole(line)
      request.onLine(line)
    },
  })
  console.listen(
    (chunk) => {
      heard()
      watch.push(chunk)
    },
    () => {},
  )
  void guest.hello.then((said) => {
    hello = said
    return (ready = (performance.now() - started) / 1000)
  })

  const { promise: dead, resolve: die } = Promise.withResolvers<Death>()
  let quietSince = started
  let waitedBefore = 0
  /** Seconds without a byte; what the guest stood in the host's queue for a core is not its silence. */
  const silence = (now: number): number => {
    const seconds = (now - watch.lastByte) / 1000
    const { waitedForCpu } = request
    if (waitedForCpu === undefined || seconds < 1) return seconds
    if (quietSince !== watch.lastByte) {
      quietSince = watch.lastByte
      waitedBefore = waitedForCpu()
    }
    const least = Math.min(limits.silenceSeconds, limits.rootDeviceSeconds)
    return seconds > least ? seconds - (waitedForCpu() - waitedBefore) : seconds
  }
  const look = (): void => {
    const now = performance.now()
    const { fatal } = watch
    if (fatal !== undefined) {
      fatalSince ??= now
      if (fatal.complete || now - fatalSince > lastWordsMs) die({ kind: 'crash', message: fatal.title })
    } else if (watch.halted) {
      haltedSince ??= now
      // A machine that can switch itself off is gone before that.
      if (now - haltedSince > lastWordsMs) die({ kind: 'gone', message: 'the guest halted the machine' })
    } else if (ready === null) {
      const death = stalled(watch, limits, (now - started) / 1000, silence(now))
      if (death !== null) die(death)
    }
  }
  const timer = setInterval(look, pollMs)
  const abort = (): void => {
    const { reason } = request.signal as { reason: unknown }
    if (reason instanceof LkftError) return die({ kind: 'broken', message: reason.message })
    const late = reason instanceof DOMException && reason.name === 'TimeoutError'
    die(late ? { kind: 'timeout', message: reason.message } : { kind: 'cancelled', message: 'interrupted' })
  }
  if (request.signal.aborted) abort()
  request.signal.addEventListener('abort', abort, { once: true })
  const onEnd = ({ message, byGuest }: LifeEnd): void => {
    watch.end()
    if (watch.fatal !== undefined) die({ kind: 'crash', message: watch.fatal.title })
    else die({ kind: byGuest ? 'gone' : 'broken', message })
  }
  void request.ended.then(onEnd)
  request.copyReady?.then(
    () => guest.greetAgain(),
    () => {},
  )
  return {
    guest,
    copied: request.copyReady !== undefined,
    watch,
    dead,
    bootSeconds: () => ready,
    firstOutputSeconds: () => firstOutput,
    hello: () => hello,
    close: () => {
      clearInterval(timer)
      request.signal.removeEventListener('abort', abort)
      guest.close()
      watch.end()
    },
  }
}

/** A link that tells of bytes as they come. */
function noticeBytes(link: ConsoleLink | null, heard: () => void): ConsoleLink | null {
  if (link === null) return null
  const listen: ConsoleLink['listen'] = (onBytes, onEnd) =>
    link.listen((chunk) => {
      heard()
      onBytes(chunk)
    }, onEnd)
  return { listen, write: (bytes) => link.write(bytes) }
}

/** Whether a boot that has not come to its end gets no further. */
function stalled(watch: ConsoleWatch, limits: SessionLimits, seconds: number, silence: number): Death | null {
  if (watch.waitsForRoot && silence > limits.rootDeviceSeconds) {
    return { kind: 'hang', message: 'the kernel waits for a root device that does not come' }
  }
  if (silence > limits.silenceSeconds) {
    const said = watch.firstByteSeconds === null ? 'nothing' : 'nothing more'
    return { kind: 'hang', message: `the console said ${said} for ${limits.silenceSeconds} s` }
  }
  if (seconds > limits.bootSeconds) {
    return { kind: 'timeout', message: `no init after ${limits.bootSeconds} s` }
  }
  return null
}
