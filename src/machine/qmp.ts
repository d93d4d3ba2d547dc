import type { Duplex } from 'node:stream'
import { splitLines } from '#process/split-lines'

/** An event that QEMU announced, e.g. SHUTDOWN. */
export interface QmpEvent {
  readonly event: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** QEMU's control connection. */
export interface Qmp {
  /** Sends a command and waits for its answer; rejects with QEMU's own message, or when QEMU is gone. */
  execute(command: string, arguments_?: Readonly<Record<string, unknown>>): Promise<unknown>
}

interface Waiter {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Speaks QMP over a socket: capabilities first, then commands; events go to `onEvent`. */
export function connectQmp(socket: Duplex, onEvent: (event: QmpEvent) => void): Qmp {
  const waiting = new Map<string, Waiter>()
  let last = 0
  let gone = false
  const end = (): void => {
    gone = true
    for (const { reject } of waiting.values()) reject(new Error('QEMU has ended'))
    waiting.clear()
  }
  const take = (line: string): void => {
    const message = parse(line)
    if (message === undefined) return
    if (typeof message['event'] === 'string') onEvent(message as unknown as QmpEvent)
    const waiter = waiting.get(String(message['id']))
    if (waiter === undefined) return
    waiting.delete(String(message['id']))
    const error = message['error'] as { readonly desc?: string } | undefined
    if (error === undefined) waiter.resolve(message['return'])
    else waiter.reject(new Error(error.desc ?? 'QEMU refused the command'))
  }
  const lines = splitLines(take)
  socket.on('data', (chunk: Uint8Array) => lines.push(chunk))
  socket.on('error', end)
  socket.on('close', end)
  const execute: Qmp['execute'] = async (command, arguments_) => {
    if (gone) throw new Error('QEMU has ended')
    last++
    const id = String(last)
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
    socket.write(`${JSON.stringify({ execute: command, id, ...(arguments_ && { arguments: arguments_ }) })}\n`)
    return answer
  }
  execute('qmp_capabilities').catch(() => {})
  return { execute }
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}
