import { bufferBytes } from '#cache-server/store/buffer-pool'
import type { OpenBlob } from '#cache-server/store/open-blobs'
import type { Outlet } from '#cache-server/serve/outlet'
import type { ByteRange } from '#cache-server/serve/range'

/** Sends bytes of a whole blob, reading the next block while one is sent. False when the client left. */
export async function sendBlobRange(blob: OpenBlob, range: ByteRange, outlet: Outlet): Promise<boolean> {
  const lastIndex = Math.floor(range.last / bufferBytes)
  let index = Math.floor(range.first / bufferBytes)
  let next = blob.acquire(index)
  for (;;) {
    const block = await next
    const ahead = index < lastIndex ? blob.acquire(index + 1) : undefined
    ahead?.catch(() => {})
    const start = Math.max(0, range.first - index * bufferBytes)
    const end = Math.min(block.length, range.last - index * bufferBytes + 1)
    const alive = end > start && (await outlet.write([block.buffer.subarray(start, end)]))
    if (alive) blob.release(index, block)
    else blob.abandon(index, block)
    if (ahead === undefined) return alive
    index++
    if (!alive) {
      const unused = await ahead.catch(() => undefined)
      if (unused !== undefined) blob.release(index, unused)
      return false
    }
    next = ahead
  }
}
