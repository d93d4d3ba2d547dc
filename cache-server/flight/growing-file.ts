import { writev } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { largestPiece, RecentPieces } from '#cache-server/flight/recent-pieces'
import { readAt } from '#cache-server/store/open-blobs'

/** Bytes kept in memory behind the end, for readers that are nearly there: over all files, and for one of them. */
const recentBytesOfAll = 64 * 2 ** 20
const mostRecentBytes = 8 * 2 ** 20
/** Bytes not yet on disk above which upstream is paused. */
const congestedBytes = 8 * 2 ** 20
/** How long a reader may take to come, when there is no disk to read from. */
const readerGraceMs = 2000
/** Arrivals are shown to readers in pieces, or at this age when one does not fill; the second holds once pieces are the largest. */
const pieceAgeMs = 6
const largestPieceAgeMs = 15

/**
 * A file that is being filled while any number of readers follow it. Readers at
 * the end share the arriving buffers; those behind read the file. Upstream is
 * paused when the disk cannot keep up, and, once the disk is full, when a
 * reader cannot: then bytes live in memory only.
 */
export class GrowingFile {
  /** Files that still arrive: they share the memory. */
  private static arriving = 0
  /** Bytes that readers may have. */
  size = 0
  /** Bytes that arrived, some of them perhaps not shown yet. */
  received = 0
  ended = false
  failure: Error | undefined
  /** The disk took no more: bytes from `written` on are in memory only. */
  diskFull = false
  readonly descriptor: number
  private written = 0
  private readonly pieces = new RecentPieces()
  private shownAt = 0
  private timer: NodeJS.Timeout | undefined
  private writing = false
  private relief: (() => void) | undefined
  private readonly waiting = new Set<() => void>()
  private readonly positions = new Set<{ position: number }>()
  private settled: (() => void) | undefined
  private unused: (() => void) | undefined
  /** Until somebody reads, bytes that are in memory only are kept for whoever caused the download. */
  private expectsReader = true

  constructor(descriptor: number) {
    this.descriptor = descriptor
    GrowingFile.arriving++
  }

  /** Takes bytes from upstream; when it gives false, stop until `whenRelieved` calls. */
  append(buffer: Buffer): boolean {
    this.pieces.append(buffer, this.received)
    this.received += buffer.length
    const now = performance.now()
    const age = this.size >= largestPiece ? largestPieceAgeMs : pieceAgeMs
    if (this.pieces.full || now - this.shownAt >= age) this.show(now)
    else this.timer ??= setTimeout(() => this.show(), age)
    return !this.congested()
  }

  whenRelieved(call: () => void): void {
    if (this.congested()) this.relief = call
    else call()
  }

  /** Shows what arrived; called before a check of the whole. */
  show(now = performance.now()): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.size === this.received) return
    this.size = this.received
    this.shownAt = now
    if (this.diskFull && this.expectsReader) setTimeout(() => this.expectNobody(), readerGraceMs).unref()
    if (!this.diskFull) this.writeOut()
    this.trim()
    this.wake()
  }

  /** No more bytes will come; a failure reaches every reader. */
  end(failure?: Error): void {
    if (this.ended) return
    GrowingFile.arriving--
    this.show()
    this.ended = true
    this.failure = failure
    this.wake()
  }

  /** Resolves when every shown byte is on disk or the disk is full. */
  async settle(): Promise<void> {
    if (this.diskFull || this.written === this.size) return
    await new Promise<void>((resolve) => (this.settled = resolve))
  }

  /** Whether a reader at a position can still get every byte from there on. */
  holds(position: number): boolean {
    if (!this.diskFull || position >= this.size) return true
    return position < this.written ? this.firstKept() <= this.written : position >= this.firstKept()
  }

  get readers(): number {
    return this.positions.size
  }

  /** Joins as a reader; its position holds back upstream when there is no disk. */
  join(position: number): { position: number } {
    const reader = { position }
    this.expectsReader = false
    this.positions.add(reader)
    return reader
  }

  /** Notes that a reader has taken bytes; without a disk they can be let go then. */
  advance(reader: { position: number }, bytes: number): void {
    reader.position += bytes
    if (this.diskFull) this.trim()
  }

  leave(reader: { position: number }): void {
    this.positions.delete(reader)
    this.trim()
    if (this.positions.size === 0) this.unused?.()
  }

  /** Resolves when nobody has read or written for a second; a reader may be about to join. */
  async whenUnused(): Promise<void> {
    do {
      while (this.positions.size > 0 || this.writing) await new Promise<void>((resolve) => (this.unused = resolve))
      await sleep(1000, undefined, { ref: false })
    } while (this.positions.size > 0 || this.writing)
  }

  /** Resolves when there is something after `position` or the end came. */
  async more(position: number): Promise<void> {
    if (position < this.size || this.ended) return
    await new Promise<void>((resolve) => this.waiting.add(resolve))
  }

  /** Bytes from `position` on, shared and not to be changed, when they are in memory. */
  recent(position: number): Buffer | undefined {
    return this.pieces.at(position, this.size)
  }

  /** Reads from the file into a buffer; the count of bytes. */
  async read(buffer: Buffer, position: number): Promise<number> {
    const length = Math.min(buffer.length, this.written - position)
    if (length <= 0) throw new Error('bytes are neither in memory nor on disk')
    return readAt(this.descriptor, buffer, 0, length, position)
  }

  private congested(): boolean {
    if (this.diskFull) return this.size - this.firstKept() > congestedBytes
    return this.received - this.written > congestedBytes
  }

  private firstKept(): number {
    return this.pieces.first ?? this.size
  }

  private writeOut(): void {
    if (this.writing) return
    if (this.written === this.size) {
      this.settled?.()
      return
    }
    this.writing = true
    writev(this.descriptor, this.pieces.between(this.written, this.size), this.written, (error, count) => {
      this.writing = false
      if (error !== null) this.diskFull = true
      else this.written += count
      this.trim()
      if (this.diskFull) this.settled?.()
      else this.writeOut()
      if (!this.writing) this.unused?.()
    })
  }

  private expectNobody(): void {
    if (!this.expectsReader) return
    this.expectsReader = false
    this.trim()
  }

  private recentBytes(): number {
    return Math.min(mostRecentBytes, recentBytesOfAll / Math.max(1, GrowingFile.arriving))
  }

  /** Drops what nobody needs in memory any more. */
  private trim(): void {
    let slowest = this.diskFull && this.expectsReader ? 0 : this.size
    if (this.diskFull) for (const { position } of this.positions) slowest = Math.min(slowest, position)
    const keepFrom = this.diskFull ? slowest : Math.min(this.written, this.size - this.recentBytes())
    this.pieces.dropBefore(keepFrom)
    const resume = this.relief
    if (resume !== undefined && !this.congested()) {
      this.relief = undefined
      resume()
    }
  }

  private wake(): void {
    const woken = [...this.waiting]
    this.waiting.clear()
    for (const resolve of woken) resolve()
  }
}
