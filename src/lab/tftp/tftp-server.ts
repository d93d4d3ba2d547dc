import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { labFailed } from '#lab/lab-failed'
import { negotiateOptions } from '#lab/tftp/negotiate-options'
import { sendFile } from '#lab/tftp/send-file'
import { errorPacket, parseTftpPacket, tftpError } from '#lab/tftp/tftp-packets'

/** More transfers at once than a board ever needs; others are told to come back. */
const mostTransfers = 32

/** What happened to one request, for messages and progress. */
export interface TftpEvent {
  readonly kind: 'asked' | 'missing' | 'refused' | 'progress' | 'done' | 'broken'
  /** The name as the client wrote it. */
  readonly name: string
  readonly peer: string
  readonly bytes: number
  readonly size: number
  /** Why, for `refused` and `broken`. */
  readonly reason?: string
}

export interface TftpServerOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** The only files there are: name that clients ask for → path. No other path can be reached. */
  readonly files: ReadonlyMap<string, string>
  readonly onEvent?: (event: TftpEvent) => void
}

/** A running server; disposing it ends every transfer and closes every socket. */
export interface TftpServer extends AsyncDisposable {
  readonly port: number
}

/**
 * Serves files read-only by TFTP: RFC 1350 with blksize, tsize, timeout and windowsize.
 *
 * @throws LkftError LAB_FAILED, step network, when the address cannot be used
 */
export async function startTftpServer(options: TftpServerOptions): Promise<TftpServer> {
  const stop = new AbortController()
  const transfers = new Set<Promise<void>>()
  const busy = new Set<string>()
  const listener = createSocket(family(options.host))
  try {
    listener.bind(options.port, options.host)
    await once(listener, 'listening')
  } catch (error) {
    throw labFailed(
      'network',
      `TFTP cannot listen on ${options.host}:${options.port}: ${(error as Error).message}`,
      "Choose a free address in 'network/tftp/listen'; ports under 1024 need the right to bind them.",
      error,
    )
  }
  listener.on('error', () => {})
  listener.on('message', (bytes, peer) => {
    // A client that missed the first answer asks again from the same port: the running transfer repeats it.
    const client = `${peer.address}:${peer.port}`
    if (busy.has(client)) return
    busy.add(client)
    const transfer = answer(bytes, peer, options, listener, stop.signal, transfers.size).catch(() => {})
    transfers.add(transfer)
    void transfer.finally(() => (transfers.delete(transfer), busy.delete(client)))
  })
  return {
    port: listener.address().port,
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await Promise.all(transfers)
      await closeSocket(listener)
    },
  }
}

async function answer(
  bytes: Uint8Array,
  peer: RemoteInfo,
  { host, files, onEvent }: TftpServerOptions,
  listener: Socket,
  signal: AbortSignal,
  running: number,
): Promise<void> {
  const packet = parseTftpPacket(bytes)
  const refuse = (code: number, reason: string): void =>
    listener.send(errorPacket(code, reason), peer.port, peer.address, () => {})
  if (packet === undefined) return refuse(tftpError.illegal, 'not a request')
  if (packet.kind !== 'read' && packet.kind !== 'write') return
  const event = { name: packet.name, peer: peer.address, bytes: 0, size: 0 }
  const reason =
    packet.kind === 'write'
      ? 'read-only'
      : packet.mode === 'octet'
        ? running >= mostTransfers && 'busy'
        : `mode ${packet.mode} is not served`
  if (reason !== false) {
    onEvent?.({ ...event, kind: 'refused', reason })
    return refuse(packet.kind === 'write' ? tftpError.access : tftpError.illegal, reason)
  }
  if (packet.kind === 'write') return
  const path = files.get(packet.name)
  const file = path === undefined ? undefined : await openRegular(path)
  if (file === undefined) {
    onEvent?.({ ...event, kind: 'missing' })
    return refuse(tftpError.notFound, 'File not found')
  }
  const socket = createSocket(family(host))
  try {
    const { size } = await file.stat()
    onEvent?.({ ...event, kind: 'asked', size })
    socket.bind(0, host)
    await once(socket, 'listening')
    const terms = negotiateOptions(packet.options, size)
    let bytesSent = 0
    const onProgress = (count: number): void => {
      bytesSent = count
      onEvent?.({ ...event, kind: 'progress', bytes: count, size })
    }
    const broken = await sendFile({ socket, peer, file, size, terms, signal, onProgress })
    const ended = { ...event, bytes: broken === undefined ? size : bytesSent, size }
    onEvent?.(broken === undefined ? { ...ended, kind: 'done' } : { ...ended, kind: 'broken', reason: broken })
  } finally {
    await closeSocket(socket)
    await file.close()
  }
}

async function openRegular(path: string): Promise<FileHandle | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined || (await file.stat()).isFile()) return file
  await file.close()
  return undefined
}

function family(host: string): 'udp4' | 'udp6' {
  return isIPv6(host) ? 'udp6' : 'udp4'
}

async function closeSocket(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.close(resolve))
}
