import { createReadStream } from 'node:fs'
import { splitConsoleLines } from '#console/console-lines'
import { type Crash, createCrashFinder } from '#console/find-crashes'
import { createLineScanner } from '#console/line-anchors'
import { watchSilence } from '#console/silent-kernel'

export interface LogReading {
  readonly crashes: readonly Crash[]
  readonly lines: number
  readonly bytes: number
  /** Events beyond `mostCrashes`, counted and not kept. */
  readonly dropped: number
}

/** Events kept of one log; a kernel that warns a million times would fill the memory otherwise. */
const mostCrashes = 10_000

/** Lines at the start that are always read: they tell whether the log has printk times, and how the first boot went. */
const firstLines = 512

const scanner = createLineScanner()

/**
 * Finds every event in a log that is read once, in order, with flat memory:
 * lines without an anchor are not even decoded while no event is open.
 *
 * @param chunks the log's bytes, cut anywhere
 */
export async function findCrashesInLog(chunks: AsyncIterable<Uint8Array>): Promise<LogReading> {
  const finder = createCrashFinder()
  const crashes: Crash[] = []
  let dropped = 0
  let bytes = 0
  const keep = (found: readonly Crash[]): void => {
    for (const crash of found) {
      if (crashes.length < mostCrashes) crashes.push(crash)
      else dropped += 1
    }
  }
  const silence = watchSilence()
  const lines = splitConsoleLines(
    (line) => {
      silence.push(line)
      keep(finder.push(line))
    },
    { skip: { scanner, idle: () => finder.idle && lines.count > firstLines } },
  )
  for await (const chunk of chunks) {
    bytes += chunk.length
    lines.push(chunk)
  }
  lines.end()
  keep(finder.end())
  const silent = lines.count > firstLines ? undefined : silence.end()
  if (silent !== undefined) keep([silent])
  crashes.sort((a, b) => a.line - b.line)
  return { crashes, lines: lines.count, bytes, dropped }
}

/** The bytes of a file, or of standard input for `-`, in pieces of 1 MiB. */
export function openLog(file: string): AsyncIterable<Uint8Array> {
  return file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 })
}
