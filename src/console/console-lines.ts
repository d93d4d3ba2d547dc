import { stripVTControlCharacters } from 'node:util'
import type { ConsoleLine } from '#console/console-line'
import { stripPrefixes } from '#console/strip-prefixes'
import { unwrapLavaLine } from '#console/unwrap-lava-line'

export type { ConsoleLine, LineSource } from '#console/console-line'

/** A line longer than this is cut: the rest is dropped up to its newline, so memory stays bounded. */
const longestLine = 16 * 1024

export interface ConsoleSplitter {
  /** Takes the next bytes, cut anywhere; calls `onLine` for each line they finish. */
  push(chunk: Uint8Array): void
  /** Hands on what stands after the last newline. */
  end(): void
  /** Lines finished so far. */
  readonly count: number
}

export interface SplitOptions {
  /**
   * Asked before a line is decoded; when it says no, the line is counted and not handed on.
   * This is what makes a gigabyte of quiet log cheap.
   */
  readonly wanted?: (bytes: Uint8Array, start: number, end: number) => boolean
}

/**
 * Splits console bytes into lines and takes their prefixes off: escape
 * sequences, `\r`, collectors' times, syslog heads, printk level, time and
 * caller. Invalid UTF-8 becomes U+FFFD. A kernel message printed behind a
 * program's unfinished line is handed on as a line of its own with the same number.
 */
export function splitConsoleLines(onLine: (line: ConsoleLine) => void, options: SplitOptions = {}): ConsoleSplitter {
  const wanted = options.wanted ?? (() => true)
  const rest = new Uint8Array(longestLine)
  let held = 0
  let count = 0

  const hand = (bytes: Uint8Array, start: number, end: number): void => {
    count += 1
    if (!wanted(bytes, start, end)) return
    const cut = Math.min(end, start + longestLine)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, cut - start).toString('utf8')
    for (const part of splitParts(text)) onLine({ number: count, raw: part, ...readPart(part) })
  }
  const hold = (bytes: Uint8Array, start: number, end: number): void => {
    const room = Math.min(end - start, longestLine - held)
    rest.set(bytes.subarray(start, start + room), held)
    held += room
  }
  return {
    push: (chunk) => {
      let start = 0
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        if (held > 0) {
          hold(chunk, start, end)
          hand(rest, 0, held)
          held = 0
        } else hand(chunk, start, end)
        start = end + 1
      }
      if (start < chunk.length) hold(chunk, start, chunk.length)
    },
    end: () => {
      if (held > 0) hand(rest, 0, held)
      held = 0
    },
    get count() {
      return count
    },
  }
}

/** One line of text as `splitConsoleLines` reads it; for tests and callers that have lines already. */
export function readConsoleLine(raw: string, number: number): ConsoleLine {
  return { number, raw, ...readPart(raw) }
}

function readPart(part: string): Omit<ConsoleLine, 'number' | 'raw'> {
  const plain = part.includes('\u001b') || part.includes('\u009b') ? stripVTControlCharacters(part) : part
  const text = plain.replaceAll(/[\u0000\u0007\u0008\u007f]/g, '')
  return stripPrefixes(unwrapLavaLine(text) ?? text)
}

/** A printk time in the middle of a line: what stands before it came from somebody who wrote no newline. */
const laterTime = /(?<=\S ?)\[ {0,8}\d{1,7}\.\d{6}\](?= | ?\[ {0,8}[TC]\d)/g

function splitParts(line: string): readonly string[] {
  const end = line.endsWith('\r') ? line.replace(/\r+$/, '') : line
  const pieces = end.includes('\r') ? end.split(/\r+/).filter((piece) => piece !== '') : [end]
  return pieces.flatMap(splitAtTime)
}

/** Times that are part of the line's own head stay with it. */
function splitAtTime(piece: string): readonly string[] {
  if (piece.length < 20 || !piece.includes('[', 12)) return [piece]
  const head = piece.length - stripPrefixes(piece).text.length
  const parts: string[] = []
  let from = 0
  for (const match of piece.matchAll(laterTime)) {
    if (match.index < Math.max(head, 1)) continue
    parts.push(piece.slice(from, match.index))
    from = match.index
  }
  return [...parts, piece.slice(from)]
}
