import type { ConsoleTransport } from '#lab/console-transport'

const IAC = 255
const SB = 250
const SE = 240
const answers: Readonly<Record<number, number>> = { 251: 254, 252: 254, 253: 252, 254: 252 }
const WILL = 251
const DO = 253
const suppressGoAhead = 3
/** Options we let the server have: binary (0), its echo (1), suppressed go-ahead (3). */
const accepted = new Set([0, 1, 3])

/** What `decodeTelnet` found in a chunk. */
interface Decoded {
  readonly data: Uint8Array
  /** Negotiation to send back. */
  readonly reply: Uint8Array
  /** Bytes of an unfinished command; put them before the next chunk. */
  readonly rest: Uint8Array
}

/** Telnet under a console: commands are taken out and answered, 0xff is escaped. RFC 2217 and all else is refused. */
export function telnetFilter(line: ConsoleTransport): ConsoleTransport {
  let rest: Uint8Array = new Uint8Array()
  const outer: ConsoleTransport = {
    name: line.name,
    onBytes: () => {},
    write: (bytes) => line.write(escapeTelnet(bytes)),
    gone: line.gone,
    [Symbol.asyncDispose]: () => line[Symbol.asyncDispose](),
  }
  const answered = new Set<number>()
  line.onBytes = (chunk) => {
    const decoded = decodeTelnet(Buffer.concat([rest, chunk]), answered)
    rest = decoded.rest
    if (decoded.reply.length > 0) line.write(decoded.reply).catch(() => {})
    if (decoded.data.length > 0) outer.onBytes(decoded.data)
  }
  return outer
}

/** Doubles every 0xff and, as telnet wants it, follows a bare CR with NUL. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  const out: number[] = []
  for (const byte of bytes) {
    out.push(byte)
    if (byte === IAC) out.push(IAC)
    if (byte === 13) out.push(0)
  }
  return Uint8Array.from(out)
}

/**
 * Parts telnet commands from data.
 *
 * @param answered requests already answered, so that two peers never answer each other for ever
 */
export function decodeTelnet(bytes: Uint8Array, answered = new Set<number>()): Decoded {
  const data: number[] = []
  const reply: number[] = []
  let i = 0
  while (i < bytes.length) {
    const byte = bytes[i] ?? 0
    const command = bytes[i + 1]
    if (byte !== IAC) {
      data.push(byte)
      i += byte === 13 && command === 0 ? 2 : 1
      continue
    }
    const end = command === undefined ? -1 : endOfCommand(bytes, i, command)
    if (end < 0) break
    if (command === IAC) data.push(IAC)
    else if (command !== undefined && command in answers) {
      const option = bytes[i + 2] ?? 0
      const key = command * 256 + option
      if ((command === WILL || command === DO) && !answered.has(key)) {
        answered.add(key)
        reply.push(IAC, answerTo(command, option), option)
      }
    }
    i = end
  }
  return { data: Uint8Array.from(data), reply: Uint8Array.from(reply), rest: bytes.slice(i) }
}

function answerTo(command: number, option: number): number {
  if (command === WILL && accepted.has(option)) return DO
  if (command === DO && option === suppressGoAhead) return WILL
  return answers[command] ?? 0
}

/** Index after the command that begins at `start`, or -1 when it is not whole yet. */
function endOfCommand(bytes: Uint8Array, start: number, command: number): number {
  if (command === SB) {
    for (let i = start + 2; i + 1 < bytes.length; i++) {
      if (bytes[i] !== IAC) continue
      if (bytes[i + 1] === SE) return i + 2
      i++
    }
    return -1
  }
  const length = command in answers ? 3 : 2
  return start + length <= bytes.length ? start + length : -1
}
