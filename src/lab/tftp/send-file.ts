import type { RemoteInfo, Socket } from 'node:dgram'
import type { FileHandle } from 'node:fs/promises'
import type { TransferTerms } from '#lab/tftp/negotiate-options'
import { dataPacket, errorPacket, optionAckPacket, parseTftpPacket, tftpError } from '#lab/tftp/tftp-packets'

/** Times a window is sent before the peer is given up. */
const tries = 6

export interface SendFileRequest {
  /** A bound socket of this transfer's own: its port is the server's transfer id. */
  readonly socket: Socket
  readonly peer: Pick<RemoteInfo, 'address' | 'port'>
  readonly file: FileHandle
  readonly size: number
  readonly terms: TransferTerms
  readonly signal: AbortSignal
  /** Bytes acknowledged so far. */
  readonly onProgress: (bytes: number) => void
}

/**
 * Sends a file, window by window, to one peer.
 *
 * @returns `undefined` when the last block was acknowledged, else why the transfer ended
 */
export async function sendFile(request: SendFileRequest): Promise<string | undefined> {
  const { peer, size, terms, signal, onProgress } = request
  const inbox = peerInbox(request)
  // A last block shorter than the others (empty when the size divides) ends the transfer.
  const last = Math.floor(size / terms.blockSize) + 1
  let done = terms.agreed.size === 0 ? 0 : -1
  let attempt = 0
  try {
    while (done < last) {
      if (signal.aborted) {
        await send(request, errorPacket(tftpError.undefined, 'the server stops'))
        return 'the server was stopped'
      }
      if (attempt++ === tries) return `${peer.address} stopped answering at ${bytesOf(done, request)} of ${size} bytes`
      const from = done + 1
      const to = done < 0 ? 0 : Math.min(done + terms.windowSize, last)
      for (let block = from; block <= to; block++) await sendBlock(request, block)
      const answer = await inbox.next(terms.retryMs, (block) => forward(done, to, block))
      if (typeof answer === 'string') return answer
      if (answer === undefined) continue
      done = answer
      attempt = 0
      onProgress(bytesOf(done, request))
    }
    return undefined
  } finally {
    inbox.close()
  }
}

function bytesOf(done: number, { size, terms }: SendFileRequest): number {
  return Math.min(size, Math.max(0, done) * terms.blockSize)
}

/** The whole block number that a 16-bit acknowledgement means, when it lies in the window. */
function forward(done: number, to: number, block: number): number | undefined {
  for (let candidate = to; candidate > done; candidate--) {
    if ((candidate & 0xffff) === block) return candidate
  }
  return undefined
}

async function sendBlock(request: SendFileRequest, block: number): Promise<void> {
  const { file, terms } = request
  if (block === 0) return send(request, optionAckPacket(terms.agreed))
  const buffer = Buffer.alloc(terms.blockSize)
  const { bytesRead } = await file.read(buffer, 0, terms.blockSize, (block - 1) * terms.blockSize)
  return send(request, dataPacket(block & 0xffff, buffer.subarray(0, bytesRead)))
}

/** A lost datagram is made good by the next try, so a send error (a link that is down) is not fatal here. */
async function send({ socket, peer }: SendFileRequest, packet: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => socket.send(packet, peer.port, peer.address, () => resolve()))
}

interface Inbox {
  /** Waits for an acknowledgement that `accept` knows; a string when the peer gave up. */
  next(ms: number, accept: (block: number) => number | undefined): Promise<number | string | undefined>
  close(): void
}

function peerInbox({ socket, peer, signal }: SendFileRequest): Inbox {
  let accept: (block: number) => number | undefined = () => undefined
  let settle: (value: number | string | undefined) => void = () => {}
  const stop = (): void => settle(undefined)
  signal.addEventListener('abort', stop, { once: true })
  const onMessage = (bytes: Uint8Array, from: RemoteInfo): void => {
    if (from.address !== peer.address || from.port !== peer.port) {
      socket.send(errorPacket(tftpError.unknownPeer, 'unknown transfer'), from.port, from.address, () => {})
      return
    }
    const packet = parseTftpPacket(bytes)
    if (packet?.kind === 'error') settle(`${peer.address} gave up: ${packet.message || `error ${packet.code}`}`)
    if (packet?.kind !== 'acknowledge') return
    const block = accept(packet.block)
    if (block !== undefined) settle(block)
  }
  socket.on('message', onMessage)
  return {
    next: async (ms, acceptNext) => {
      if (signal.aborted) return undefined
      const { promise, resolve } = Promise.withResolvers<number | string | undefined>()
      accept = acceptNext
      settle = resolve
      const timer = setTimeout(stop, ms)
      const result = await promise
      clearTimeout(timer)
      return result
    },
    close: () => {
      socket.off('message', onMessage)
      signal.removeEventListener('abort', stop)
    },
  }
}
