import type { RemoteInfo, Socket } from 'node:dgram'
import type { FileHandle } from 'node:fs/promises'
import type { TransferTerms } from '#lab/tftp/negotiate-options'
import { dataPacket, errorPacket, optionAckPacket, parseTftpPacket, tftpError } from '#lab/tftp/tftp-packets'

/** Times a window is sent before the peer is given up. */
const tries = 6
/** Bytes read from the file at once. */
const readAhead = 256 * 1024

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
  const blocks = blockReader(request)
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
      await sendWindow(request, blocks, from, to)
      const answer = await inbox.next(terms.retryMs, (block) => wholeBlock(done, to, block))
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

/**
 * The whole block number that a 16-bit acknowledgement means, when it lies in the window.
 *
 * @param done the last block that was acknowledged
 * @param to the last block that was sent
 */
export function wholeBlock(done: number, to: number, block: number): number | undefined {
  for (let candidate = to; candidate > done; candidate--) {
    if ((candidate & 0xffff) === block) return candidate
  }
  return undefined
}

async function sendWindow(request: SendFileRequest, read: BlockReader, from: number, to: number): Promise<void> {
  if (from === 0) return send(request, optionAckPacket(request.terms.agreed))
  const sent: Promise<void>[] = []
  for (let block = from; block <= to; block++) sent.push(send(request, dataPacket(block & 0xffff, await read(block))))
  await Promise.all(sent)
}

/** Gives a block's bytes; block 1 is the first. */
type BlockReader = (block: number) => Promise<Uint8Array>

/** Reads ahead, so that small blocks do not cost a read each. */
function blockReader({ file, terms: { blockSize } }: SendFileRequest): BlockReader {
  const ahead = Buffer.alloc(blockSize * Math.max(1, Math.floor(readAhead / blockSize)))
  let start = -1
  let length = 0
  return async (block) => {
    const position = (block - 1) * blockSize
    if (start < 0 || position < start || position >= start + ahead.length) {
      start = position
      length = (await file.read(ahead, 0, ahead.length, position)).bytesRead
    }
    const offset = position - start
    return ahead.subarray(Math.min(offset, length), Math.min(offset + blockSize, length))
  }
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
