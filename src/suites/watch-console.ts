import { type Milestone, watchMilestones } from '#console/boot-milestones'
import type { ConsoleLine } from '#console/console-line'
import { splitConsoleLines } from '#console/console-lines'
import { type Crash, createCrashFinder, type FatalNotice } from '#console/find-crashes'
import type { ConsoleSink } from '#results/console-sink'

export interface ConsoleWatchOptions {
  readonly sink: ConsoleSink
  /** `performance.now()` when the machine was started. */
  readonly started: number
  readonly onLine: (line: ConsoleLine) => void
  readonly onCrash: (crash: Crash) => void
}

/** Reads a console as it comes: keeps it, finds crashes, knows how far the boot is and when it was last heard of. */
export interface ConsoleWatch {
  push(chunk: Uint8Array): void
  end(): void
  /** Names the test that runs, for crashes. */
  setTest(name: string | null): void
  readonly fatal: FatalNotice | undefined
  /** The kernel's banner was seen. */
  readonly kernelStarted: boolean
  /** As the banner says. */
  readonly release: string | null
  /** Seconds from the start to the first byte; null before it. */
  readonly firstByteSeconds: number | null
  /** `performance.now()` of the last byte, or of the start. */
  readonly lastByte: number
  /** The kernel waits for a root device that does not come. */
  readonly waitsForRoot: boolean
  /** The kernel said that it halts or switches off: nothing comes after that. */
  readonly halted: boolean
  /** Steps of the boot that were reached. */
  readonly milestones: readonly Milestone[]
}

/** Starts watching; bytes are handed in by `push`. */
export function watchConsole(options: ConsoleWatchOptions): ConsoleWatch {
  const { sink, started } = options
  const finder = createCrashFinder()
  let release: string | null = null
  let firstByteSeconds: number | null = null
  let lastByte = started
  let waitsForRoot = false
  let halted = false
  const milestones = watchMilestones()
  const offset = sink.endConsole()
  let ended = false
  const report = (crashes: readonly Crash[]): void => {
    for (const crash of crashes) options.onCrash({ ...crash, line: crash.line + offset })
  }
  const splitter = splitConsoleLines((line) => {
    const number = line.number + offset
    const seconds = (performance.now() - started) / 1000
    sink.writeLine(number, line.raw, seconds)
    milestones.push(line, seconds)
    const banner = /^Linux version (\S+)/.exec(line.text)
    if (banner !== null) release ??= banner[1] ?? null
    waitsForRoot ||= line.text.startsWith('Waiting for root device')
    halted ||= line.source !== 'program' && /^reboot: (?:System halted|Power down)/.test(line.text)
    report(finder.push(line))
    options.onLine({ ...line, number })
  })
  return {
    push: (chunk) => {
      lastByte = performance.now()
      firstByteSeconds ??= (lastByte - started) / 1000
      sink.writeConsole(chunk)
      splitter.push(chunk)
    },
    end: () => {
      if (ended) return
      ended = true
      splitter.end()
      report(finder.end())
      sink.endConsole()
    },
    setTest: (name) => finder.setTest(name),
    get fatal() {
      return finder.fatal
    },
    get kernelStarted() {
      return release !== null
    },
    get release() {
      return release
    },
    get firstByteSeconds() {
      return firstByteSeconds
    },
    get lastByte() {
      return lastByte
    },
    get milestones() {
      return milestones.reached
    },
    get halted() {
      return halted
    },
    get waitsForRoot() {
      return waitsForRoot
    },
  }
}
