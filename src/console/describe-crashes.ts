import type { DecodedFrame } from '#console/decode-trace'
import type { Crash } from '#console/find-crashes'
import type { LogReading } from '#console/read-log'
import { printable } from '#log/printable'

/** Frames shown of a trace. */
const shownFrames = 8

/** Lines for a person: one event each, with its place and the top of its trace. */
export function describeCrashes(
  crashes: readonly Crash[],
  reading: LogReading,
  decoded?: ReadonlyMap<Crash, readonly DecodedFrame[]>,
): readonly string[] {
  const lines = crashes.flatMap((crash) => [
    `line ${crash.line}: ${crash.kind} (${crash.severity}): ${printable(crash.title)}`,
    ...describePlace(crash),
    ...(crash.trace.length === 0 ? [] : [`  trace ${describeTrace(crash.trace)}`]),
    ...(decoded?.get(crash) ?? []).map(describeFrame),
    `  signature ${crash.signature}`,
  ])
  const dropped = reading.dropped === 0 ? '' : `, ${reading.dropped} more not kept`
  const count = crashes.length === 1 ? '1 event' : `${crashes.length} events`
  return [...lines, `${count}${dropped} in ${reading.lines} lines`]
}

function describeFrame(frame: DecodedFrame): string {
  return printable(`    ${frame.function} ${frame.file}:${frame.line}${frame.inlined ? ' (inlined)' : ''}`)
}

function describePlace(crash: Crash): readonly string[] {
  const parts = [
    ...(crash.location === null ? [] : [`at ${crash.location}`]),
    ...(crash.cpu === null ? [] : [`on CPU ${crash.cpu}`]),
    ...(crash.task === null ? [] : [`in task ${crash.task}`]),
    ...(crash.test === null ? [] : [`during ${crash.test}`]),
  ]
  return parts.length === 0 ? [] : [`  ${printable(parts.join(', '))}`]
}

function describeTrace(trace: readonly string[]): string {
  const shown = trace.slice(0, shownFrames).map(printable).join(' < ')
  return trace.length > shownFrames ? `${shown} < … ${trace.length - shownFrames} more` : shown
}
