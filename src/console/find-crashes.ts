import type { ConsoleLine } from '#console/console-line'
import type { Run } from '#schema/documents'

/** One event that a kernel reported about itself. */
export type Crash = Run['crashes'][number]
export type CrashKind = Crash['kind']
export type CrashSeverity = Crash['severity']

/** A kernel that will not go on: seen at the first line of the event, before its trace is whole. */
export interface FatalNotice {
  readonly kind: CrashKind
  readonly title: string
  readonly line: number
  /** The event's last line was read: nothing more will come, the machine may be ended now. */
  readonly complete: boolean
}

export interface CrashFinder {
  /** Takes the next line; gives the events that it completed. */
  push(line: ConsoleLine): readonly Crash[]
  /** The console ended: gives the events that were still open. */
  end(): readonly Crash[]
  /** Names the test that runs from now on, or none; KTAP and LAVA signals on the console are followed without it. */
  setTest(name: string | null): void
  /** The first panic or other event after which the kernel will not go on; undefined while there is none. */
  readonly fatal: FatalNotice | undefined
  /** No event is open: a line without an anchor cannot matter. */
  readonly idle: boolean
}
