import type { TftpOptions } from '#lab/tftp/tftp-packets'

/** How one transfer goes on, after the options (RFC 2348, 2349, 7440). */
export interface TransferTerms {
  /** Bytes in a block. */
  readonly blockSize: number
  /** Blocks sent before an acknowledgement is awaited. */
  readonly windowSize: number
  /** Milliseconds before the window is sent again. */
  readonly retryMs: number
  /** What the server agrees to; empty when the client asked for nothing it knows. */
  readonly agreed: TftpOptions
}

/** Larger would not fit a UDP datagram over IPv4. */
const largestBlock = 65_464
const largestWindow = 64

/** Settles a transfer's terms; unknown and senseless options are left out of the answer, as RFC 2347 says. */
export function negotiateOptions(asked: TftpOptions, fileSize: number): TransferTerms {
  const agreed = new Map<string, string>()
  let blockSize = 512
  let windowSize = 1
  let retryMs = 1000
  for (const [name, text] of asked) {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : undefined
    if (value === undefined) continue
    if (name === 'blksize' && value >= 8) {
      blockSize = Math.min(value, largestBlock)
      agreed.set(name, String(blockSize))
    } else if (name === 'windowsize' && value >= 1) {
      windowSize = Math.min(value, largestWindow)
      agreed.set(name, String(windowSize))
    } else if (name === 'timeout' && value >= 1 && value <= 255) {
      retryMs = value * 1000
      agreed.set(name, text)
    } else if (name === 'tsize') {
      agreed.set(name, String(fileSize))
    }
  }
  return { blockSize, windowSize, retryMs, agreed }
}
