import { type Frame, readFrames, readInterruptedFrame, readProgramCounter, withoutReporters } from '#console/call-trace'
import type { ConsoleLine } from '#console/console-line'
import { crashKinds } from '#console/crash-kinds'
import type { CrashPattern, EventFamily } from '#console/crash-patterns'
import { readPlace } from '#console/crash-context'
import { signCrash, tidyTitle } from '#console/crash-signature'
import type { Run } from '#schema/documents'

type Crash = Run['crashes'][number]

/** Frames kept of a trace. */
const longestTrace = 64

/** Lines after the last one that belonged to the event, after which it is over. */
const patience: Readonly<Record<EventFamily, number>> = {
  cut: 40,
  die: 80,
  leak: 20,
  oom: 5000,
  panic: 120,
  single: 80,
  slab: 80,
  stall: 200,
  warn: 60,
}

const traceStart = /^\s*(?:Call [Tt]race|Backtrace|[Ss]tack backtrace|backtrace|Stack [Tt]race)\b[^:]{0,40}:/
/** Lines that stand between frames: stacks, exceptions with their registers, remarks of the unwinder. */
const insideTrace =
  /^\s*(?:<\/?[A-Z#]+\d?>|$|={3,}|Code: |[RE][SIFABCD]\w{1,2}:|R\d\d?: |FS: |CS: |CR\d: |DR\d: |PKRU: |ORIG_RAX|--- interrupt|Exception stack|\[ftrace|\(unreliable|irq event|Instruction dump|Modules linked)/
const endMarker = /^-+\[ ?end (?:trace|Kernel panic)|^(?:Rebooting in \d+ seconds|Press Stop-A)/
const rulerLine = /^={20,}\s*$/

/** An event whose report is still being read. */
export interface OpenEvent {
  readonly family: EventFamily
  readonly line: number
  readonly caller: string | undefined
  readonly test: string | null
  /** Reports that a test declared are followed to their end and not told. */
  readonly expected: boolean
  kind: Crash['kind']
  title: string
  location: string | undefined
  function: Frame | undefined
  cpu: number | undefined
  task: string | undefined
  readonly trace: Frame[]
  /** Frames of which the unwinder is not sure; all there is without a proper unwinder. */
  readonly guesses: Frame[]
  /** before: no frame yet; inside: the last line was one; after: the first trace is whole. */
  traceState: 'before' | 'inside' | 'after'
  markerSeen: boolean
  /** The n of `[#n]`. */
  dieNumber: number | undefined
  readonly heads: Set<string>
  /** Something followed that only a kernel prints. */
  proven: boolean
  readonly needsProof: boolean
  lines: number
  idleLines: number
  seconds: number | undefined
  closed: boolean
}

export interface EventStart {
  readonly pattern: CrashPattern
  readonly match: RegExpExecArray
  /** The head did not begin the line. */
  readonly later: boolean
  readonly line: ConsoleLine
}

/** Begins an event at its first line. */
export function openEvent(
  { pattern, match, line }: EventStart,
  about: { test: string | null; expected: boolean; needsProof: boolean },
): OpenEvent {
  const event: OpenEvent = {
    family: pattern.family,
    line: line.number,
    caller: line.caller,
    ...about,
    kind: pattern.kind,
    title: titleOf(pattern, match),
    location: undefined,
    function: undefined,
    cpu: line.caller?.startsWith('C') === true ? Number(line.caller.slice(1)) : undefined,
    task: undefined,
    trace: [],
    guesses: [],
    traceState: 'before',
    markerSeen: false,
    dieNumber: undefined,
    heads: new Set(),
    proven: false,
    lines: 0,
    idleLines: 0,
    seconds: line.seconds,
    closed: pattern.alone === true,
  }
  note(event, pattern, match, line)
  return event
}

/** A further head line of the same event: the most specific kind names it. */
export function joinEvent(event: OpenEvent, { pattern, match, line }: EventStart): void {
  if (crashKinds[pattern.kind].rank > crashKinds[event.kind].rank) {
    event.kind = pattern.kind
    event.title = titleOf(pattern, match)
  }
  note(event, pattern, match, line)
}

function note(event: OpenEvent, pattern: CrashPattern, match: RegExpExecArray, line: ConsoleLine): void {
  const groups = match.groups ?? {}
  event.heads.add(pattern.anchor)
  event.location ??= groups['location']
  if (groups['function'] !== undefined) event.function ??= { name: groups['function'], sure: true }
  event.task ??= groups['task']
  if (groups['cpu'] !== undefined) event.cpu ??= Number(groups['cpu'])
  const number = dieNumberOf(line.text)
  if (number !== undefined) {
    event.dieNumber ??= number
    event.proven ||= pattern.needsProof === undefined
  }
  event.idleLines = 0
}

/** The n of `[#n]`, which counts a kernel's exceptions. */
export function dieNumberOf(text: string): number | undefined {
  const match = /\[#(\d+)\]/.exec(text)
  return match === null ? undefined : Number(match[1])
}

function titleOf(pattern: CrashPattern, match: RegExpExecArray): string {
  const groups = match.groups ?? {}
  const said =
    pattern.say?.replaceAll(/\{(\w+)\}/g, (_, name: string) => groups[name] ?? '') ?? groups['title'] ?? match[0]
  return tidyTitle(said)
}

/** Takes a line that came after the event's head; sets `closed` when the event is over. */
export function feedEvent(event: OpenEvent, line: ConsoleLine): void {
  const { text } = line
  event.lines += 1
  event.idleLines += 1
  if (endMarker.test(text) || (event.lines > 1 && event.traceState !== 'before' && rulerLine.test(text))) {
    event.proven = true
    event.closed = true
    return
  }
  if (traceStart.test(text)) {
    event.markerSeen = true
    event.proven = true
    event.idleLines = 0
    // The trace that matters to the lock validator is the last, behind the chains of locks.
    if (event.traceState === 'inside') event.traceState = 'after'
  }
  readPart(event, text)
  if (event.idleLines > patience[event.family]) event.closed = true
  if (line.seconds !== undefined && event.seconds !== undefined && line.seconds < event.seconds - 5) event.closed = true
}

function readPart(event: OpenEvent, text: string): void {
  if (event.function?.offset === undefined && event.traceState === 'before') {
    const at = readProgramCounter(text)
    if (at !== undefined) {
      event.function = at
      event.proven = true
      event.idleLines = 0
      return
    }
  }
  const frames = readFrames(text) ?? (event.traceState === 'inside' ? readInterruptedFrame(text) : undefined)
  if (frames !== undefined) {
    event.idleLines = 0
    event.proven = true
    if (event.traceState === 'after' || (event.kind === 'lockdep' && !event.markerSeen)) return
    event.traceState = 'inside'
    for (const frame of frames) {
      const trace = frame.sure ? event.trace : event.guesses
      if (trace.length < longestTrace) trace.push(frame)
    }
    return
  }
  if (event.traceState === 'inside' && !insideTrace.test(text) && event.trace.length + event.guesses.length > 0)
    event.traceState = 'after'
  if (event.cpu !== undefined && event.task !== undefined) return
  const place = readPlace(text)
  if (place === undefined) return
  event.cpu ??= place.cpu
  event.task ??= place.task
  event.proven = true
  event.idleLines = 0
}

const framesByCrash = new WeakMap<Crash, readonly Frame[]>()

/** The frames of a record's trace with their offsets, for decoding. */
export function framesOf(crash: Crash): readonly Frame[] {
  return framesByCrash.get(crash) ?? []
}

/** The record of an event that is over. */
export function recordEvent(event: OpenEvent): Crash {
  const read = withoutReporters(event.trace.length === 0 ? event.guesses : event.trace)
  const repeats = event.function === undefined || read[0]?.name === event.function.name || event.family === 'panic'
  const frames = repeats || event.function === undefined ? read : withoutReporters([event.function, ...read])
  const trace = frames.map((frame) => frame.name)
  const crash: Crash = {
    kind: event.kind,
    severity: crashKinds[event.kind].severity,
    title: event.title,
    location: event.location ?? trace[0] ?? null,
    signature: signCrash(event.kind, event.title, trace),
    line: event.line,
    cpu: event.cpu ?? null,
    task: event.task ?? null,
    trace,
    test: event.test,
  }
  framesByCrash.set(crash, frames)
  return crash
}
