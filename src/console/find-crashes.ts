import type { ConsoleLine } from '#console/console-line'
import { createBootWatch } from '#console/boot-watch'
import { dieNumberOf, feedEvent, joinEvent, openEvent, type OpenEvent, recordEvent } from '#console/crash-event'
import type { EventStart } from '#console/crash-event'
import { matchCrashPattern } from '#console/crash-patterns'
import { createRepeatFilter } from '#console/repeat-filter'
import { topicsOf } from '#console/line-anchors'
import { followRunningTest } from '#console/running-test'
import type { Run } from '#schema/documents'

/** One event that a kernel reported about itself. */
export type Crash = Run['crashes'][number]

/** A kernel that will not go on: seen at the first line of the event, before its trace is whole. */
export interface FatalNotice {
  readonly kind: Crash['kind']
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
  /** The first panic after which the kernel will not go on; undefined while there is none. */
  readonly fatal: FatalNotice | undefined
  /** No event is open: a line without an anchor cannot matter. */
  readonly idle: boolean
}

/** A log with more timed kernel lines than this has printk times on all of them. */
const timedLines = 5

/**
 * Finds every event that the kernel reports, from the first byte to the last.
 * Lines of different callers (CONFIG_PRINTK_CALLER) are kept apart, so reports of
 * several CPUs may interleave. Memory is bounded: an event keeps at most 64 frames.
 */
export function createCrashFinder(): CrashFinder {
  const open = new Map<string, OpenEvent>()
  const test = followRunningTest()
  const boot = createBootWatch()
  const seen = createRepeatFilter()
  let timed = 0
  let fatal: { event: OpenEvent | undefined; notice: FatalNotice } | undefined
  /** Events whose trace is printed by the panic that they cause. */
  const causes = new Map<OpenEvent, OpenEvent>()

  const close = (key: string, event: OpenEvent): Crash[] => {
    open.delete(key)
    event.closed = true
    if (fatal?.event === event) fatal.notice = { ...fatal.notice, complete: true }
    const cause = causes.get(event)
    causes.delete(event)
    return [...(cause === undefined ? [] : tell(cause)), ...tell(event)]
  }
  const notice = (event: OpenEvent): void => {
    if (event.kind !== 'panic') return
    fatal ??= { event, notice: { kind: 'panic', title: event.title, line: event.line, complete: false } }
  }
  const begin = (start: EventStart, key: string): Crash[] => {
    const { pattern, line } = start
    if (awaitsHead(open.get(key))) open.delete(key)
    const previous = open.get(key)
    const shares = previous !== undefined && pattern.kind === 'panic' && previous.traceState === 'before'
    const ended = previous === undefined || shares ? [] : close(key, previous)
    const event = openEvent(start, {
      test: test.name,
      expected: pattern.kind !== 'panic' && test.expects(pattern.kind),
      needsProof:
        pattern.needsProof === true ||
        (pattern.needsProof === 'untimed' && line.seconds === undefined) ||
        start.later ||
        (timed > timedLines && line.source === 'unknown'),
    })
    if (!event.needsProof) notice(event)
    if (shares) causes.set(event, previous)
    if (event.closed) return [...ended, ...close(key, event)]
    open.set(key, event)
    return ended
  }

  return {
    push: (line) => {
      if (line.seconds !== undefined) timed += 1
      const topics = topicsOf(line.text)
      test.push(line.text, topics.test)
      const stalls = boot.push(line, topics.boot)
      if (line.source === 'program') return stalls
      const key = line.caller ?? ''
      const found = matchCrashPattern(line.text, topics.rows)
      const event = open.get(key)
      if (found !== undefined && !seen.isRepeat(line)) {
        const start = { ...found, line }
        if (event === undefined || !belongs(event, start)) return [...stalls, ...begin(start, key)]
        joinEvent(event, start)
        return stalls
      }
      if (event === undefined || isForeign(line, event)) return stalls
      const cause = causes.get(event)
      if (cause !== undefined) feedEvent(cause, line)
      feedEvent(event, line)
      if (event.proven) notice(event)
      return event.closed ? [...stalls, ...close(key, event)] : stalls
    },
    end: () => [...[...open].flatMap(([key, event]) => close(key, event)), ...boot.end()],
    setTest: (name) => test.set(name),
    get fatal() {
      return fatal?.notice
    },
    get idle() {
      return open.size === 0 && boot.idle
    },
  }
}

/** A program's line in the middle of a report: the kernel puts its time before each of its own. */
function isForeign(line: ConsoleLine, event: OpenEvent): boolean {
  return event.seconds !== undefined && line.source === 'unknown'
}

/** The record of an event that is over, unless a test declared it or only a program mentioned it. */
function tell(event: OpenEvent): Crash[] {
  return event.expected || (event.needsProof && !event.proven) ? [] : [recordEvent(event)]
}

/** Whether a head line goes on with an event that is open, instead of beginning the next. */
function belongs(event: OpenEvent, { pattern, line }: EventStart): boolean {
  const fresh = event.traceState === 'before' && event.lines < 60
  if (pattern.family === 'cut') return fresh && event.lines < 15
  switch (`${event.family} ${pattern.family}`) {
    case 'die die': {
      const number = dieNumberOf(line.text)
      if (event.dieNumber !== undefined && number !== undefined) return event.dieNumber === number
      return fresh && event.dieNumber === undefined
    }
    case 'warn warn':
      return fresh && event.lines < 25 && !event.heads.has(pattern.anchor) && !isSecondWarning(event, pattern.anchor)
    case 'warn die':
      return fresh && event.lines < 15 && event.kind !== 'warning'
    case 'single slab':
    case 'slab slab':
      return event.kind === 'kasan' || pattern.kind === 'kasan'
    case 'stall stall':
      return true
    case 'leak leak':
    case 'oom oom':
      return !event.heads.has(pattern.anchor) && (pattern.family === 'oom' || event.lines < 5)
    default:
      return false
  }
}

/** Whether a cut-here line opened the event, and the head that it announced may still come. */
function awaitsHead(event: OpenEvent | undefined): boolean {
  return event?.family === 'cut' && event.lines < 15
}

function isSecondWarning(event: OpenEvent, anchor: string): boolean {
  const isHead = (text: string): boolean =>
    text.startsWith('WARNING') || text.startsWith('lib/') || text.startsWith('kernel/')
  return isHead(anchor) && [...event.heads].some(isHead)
}
