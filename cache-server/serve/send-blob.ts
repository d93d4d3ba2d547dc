import { bufferBytes } from '#cache-server/store/buffer-pool'
import type { Block, OpenBlob } from '#cache-server/store/open-blobs'
import type { Outlet } from '#cache-server/serve/outlet'
import type { ByteRange } from '#cache-server/serve/range'

/** Blocks that leave in one write when they are there. */
const blocksPerWrite = 4

/** Sends bytes of a whole blob, reading what comes next while a run of blocks is sent. False when the client left. */
export async function sendBlobRange(blob: OpenBlob, range: ByteRange, outlet: Outlet): Promise<boolean> {
  const last = Math.floor(range.last / bufferBytes)
  let index = Math.floor(range.first / bufferBytes)
  let next = blob.acquire(index, last)
  for (;;) {
    const run = collect(blob, index, last, await next)
    const after = index + run.length
    const ahead = after <= last ? blob.acquire(after, last) : undefined
    ahead?.catch(() => {})
    const alive = await sendRun(run, index, range, outlet)
    for (const [i, block] of run.entries()) {
      if (alive) blob.release(index + i, block)
      else blob.abandon(index + i, block)
    }
    if (ahead === undefined) return alive
    if (!alive) {
      const unused = await ahead.catch(() => undefined)
      if (unused !== undefined) blob.release(after, unused)
      return false
    }
    index = after
    next = ahead
  }
}

/** The block and those after it that are in memory. */
function collect(blob: OpenBlob, index: number, last: number, first: Block): readonly Block[] {
  const run = [first]
  while (run.length < blocksPerWrite && index + run.length <= last) {
    const block = blob.acquireReady(index + run.length)
    if (block === undefined) break
    run.push(block)
  }
  return run
}

/** False as well when the file is shorter than it was. */
async function sendRun(run: readonly Block[], index: number, range: ByteRange, outlet: Outlet): Promise<boolean> {
  const slices: Buffer[] = []
  for (const [i, { buffer, length }] of run.entries()) {
    const start = Math.max(0, range.first - (index + i) * bufferBytes)
    const end = Math.min(bufferBytes, range.last - (index + i) * bufferBytes + 1)
    if (end > length) return false
    slices.push(buffer.subarray(start, end))
  }
  return outlet.writeAll(slices)
}
