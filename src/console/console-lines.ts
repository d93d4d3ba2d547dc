import { stripVTControlCharacters } from 'node:util'
import type { ByteScanner } from '#console/anchor-scanner'
import type { ConsoleLine } from '#console/console-line'
import { stripPrefixes } from '#console/strip-prefixes'
import { unwrapLavaLine } from '#console/unwrap-lava-line'

export type { ConsoleLine } from '#console/console-line'

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
   * Lines in which the scanner finds nothing are counted and not handed on, as long as `idle` says so.
   * This is what makes a gigabyte of quiet log cheap.
   */
  readonly skip?: { readonly scanner: ByteScanner; readonly idle: () => boolean }
}

/**
 * Splits console bytes into lines and takes their prefixes off: escape
 * sequences, `\r`, collectors' times, syslog heads, printk level, time and
 * caller. Invalid UTF-8 becomes U+FFFD. A kernel message printed behind a
 * program's unfinished line is handed on as a line of its own with the same number.
 */
export function splitConsoleLines(onLine: (line: ConsoleLine) => void, options: SplitOptions = {}): ConsoleSplitter {
  const { skip } = options
  const rest = new Uint8Array(longestLine)
  let held = 0
  let count = 0

  const hand = (bytes: Uint8Array, start: number, end: number): void => {
    count += 1
    const cut = Math.min(end, start + longestLine)
    readParts(Buffer.from(bytes.buffer, bytes.byteOffset + start, cut - start).toString('utf8'), count, onLine)
  }
  const hold = (bytes: Uint8Array, start: number, end: number): void => {
    const room = Math.min(end - start, longestLine - held)
    rest.set(bytes.subarray(start, start + room), held)
    held += room
  }
  const handHeld = (): void => {
    if (skip?.idle() === true && skip.scanner.find(rest, 0, held) === -1) count += 1
    else hand(rest, 0, held)
    held = 0
  }
  /** Passes the lines without an anchor; gives where the next begins that has one, or the last unfinished one. */
  const passQuiet = (chunk: Uint8Array, start: number): number => {
    if (skip?.idle() !== true) return start
    const hit = skip.scanner.find(chunk, start, chunk.length)
    const passed = countLines(chunk, start, hit === -1 ? chunk.length : hit)
    count += passed.lines
    return passed.last
  }
  return {
    push: (chunk) => {
      let start = 0
      if (held > 0) {
        const end = chunk.indexOf(10)
        hold(chunk, 0, end === -1 ? chunk.length : end)
        if (end === -1) return
        handHeld()
        start = end + 1
      }
      for (;;) {
        start = passQuiet(chunk, start)
        const end = chunk.indexOf(10, start)
        if (end === -1) break
        hand(chunk, start, end)
        start = end + 1
      }
      if (start < chunk.length) hold(chunk, start, chunk.length)
    },
    end: () => {
      if (held > 0) handHeld()
    },
    get count() {
      return count
    },
  }
}

/** How many lines end between two places, and where the last of them ends. */
function countLines(bytes: Uint8Array, start: number, end: number): { lines: number; last: number } {
  let lines = 0
  let last = start
  if (end - start < 1024) {
    for (let at = start; at < end; at += 1) {
      if (bytes[at] !== 10) continue
      lines += 1
      last = at + 1
    }
    return { lines, last }
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return { lines, last: start + text.lastIndexOf('\n') + 1 }
}

/** One line of text as `splitConsoleLines` reads it; for tests and callers that have lines already. */
export function readConsoleLine(raw: string, number: number): ConsoleLine {
  return { number, raw, ...readPart(raw) }
}

/** A printk time in the middle of a line: what stands before it came from somebody who wrote no newline. */
const laterTime = /(?<=\S ?)\[ {0,8}\d{1,7}\.\d{6}\](?= | ?\[ {0,8}[TC]\d)/

/** rsyslog writes a message of several lines on one. */
const newlineOfSyslog = '#012'

function readParts(line: string, number: number, onLine: (line: ConsoleLine) => void): void {
  const end = line.endsWith('\r') ? line.replace(/\r+$/, '') : line
  if (end.includes('\r')) for (const piece of end.split(/\r+/)) if (piece !== '') readPiece(piece, number, onLine)
  if (!end.includes('\r')) readPiece(end, number, onLine)
}

function readPiece(piece: string, number: number, onLine: (line: ConsoleLine) => void): void {
  let raw = piece
  for (;;) {
    const part = readPart(raw)
    const at = part.text.search(laterTime)
    const later = at === -1 ? -1 : raw.indexOf(part.text.slice(at))
    if (later <= 0 && part.text.includes(newlineOfSyslog)) {
      for (const text of part.text.split(newlineOfSyslog)) if (text !== '') onLine({ number, raw, ...part, text })
      return
    }
    if (later <= 0) return onLine({ number, raw, ...part })
    onLine({ number, raw: raw.slice(0, later), ...part, text: part.text.slice(0, at) })
    raw = raw.slice(later)
  }
}

const controls = /[\u0000\u0007\u0008\u007f]/

function readPart(part: string): Omit<ConsoleLine, 'number' | 'raw'> {
  const plain = part.includes('\u001b') || part.includes('\u009b') ? stripVTControlCharacters(part) : part
  const text = controls.test(plain) ? plain.replaceAll(new RegExp(controls, 'g'), '') : plain
  return stripPrefixes(unwrapLavaLine(text) ?? text)
}
