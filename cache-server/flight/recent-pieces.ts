/** A run of bytes that just arrived, in one buffer, so that each of many readers sends it with one write. */
interface Piece {
  readonly offset: number
  readonly buffer: Buffer
  /** Bytes of the buffer that are filled. */
  length: number
}

/** A piece is as large as all that came before it, between these: the first bytes are early, later ones cost few
 * wake-ups and stay in a core's cache while they go to one reader after the other. */
const smallestPiece = 64 * 1024
export const largestPiece = 512 * 1024

/** The end of a file that is being filled, in memory. Its buffers are shared and never changed where they are filled. */
export class RecentPieces {
  private pieces: Piece[] = []

  /** Copies bytes behind those that are there; `end` is where they belong in the file. */
  append(from: Buffer, end: number): void {
    for (let taken = 0; taken < from.length;) taken += this.fill(from, taken, end + taken)
  }

  /** Whether the last piece takes no more. */
  get full(): boolean {
    const last = this.pieces.at(-1)
    return last === undefined || last.length === last.buffer.length
  }

  /** Where the bytes in memory begin. */
  get first(): number | undefined {
    return this.pieces[0]?.offset
  }

  /** Bytes from `position` on, of those before `end`. */
  at(position: number, end: number): Buffer | undefined {
    if (position >= end) return undefined
    const piece = this.pieces.findLast(({ offset }) => offset <= position)
    return piece?.buffer.subarray(position - piece.offset, Math.min(piece.length, end - piece.offset))
  }

  /** All bytes from `start` to `end`, in order. */
  between(start: number, end: number): Buffer[] {
    const buffers: Buffer[] = []
    for (const { offset, buffer, length } of this.pieces) {
      const from = Math.max(start - offset, 0)
      const to = Math.min(length, end - offset)
      if (from < to) buffers.push(buffer.subarray(from, to))
    }
    return buffers
  }

  /** Lets go of the pieces that lie wholly before a position. */
  dropBefore(position: number): void {
    let drop = 0
    for (const { offset, length } of this.pieces) {
      if (offset + length > position) break
      drop++
    }
    if (drop > 0) this.pieces = this.pieces.slice(drop)
  }

  /** The count of bytes that found room. */
  private fill(from: Buffer, start: number, offset: number): number {
    let last = this.pieces.at(-1)
    if (last === undefined || last.length === last.buffer.length) {
      const bytes = Math.min(largestPiece, Math.max(smallestPiece, offset))
      last = { offset, buffer: Buffer.allocUnsafeSlow(bytes), length: 0 }
      this.pieces.push(last)
    }
    const count = from.copy(last.buffer, last.length, start)
    last.length += count
    return count
  }
}
