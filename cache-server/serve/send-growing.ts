import type { GrowingFile } from '#cache-server/flight/growing-file'
import type { BufferPool } from '#cache-server/store/buffer-pool'
import type { Outlet } from '#cache-server/serve/outlet'
import type { ByteRange } from '#cache-server/serve/range'
import { myTurn } from '#cache-server/serve/turns'

/**
 * Sends bytes of a file that is still arriving, as they arrive.
 *
 * @param range `last` may be beyond what will come when the length is not known
 * @returns false when the client left or the download failed: the answer must be cut
 */
export async function sendGrowingRange(
  body: GrowingFile,
  range: ByteRange,
  outlet: Outlet,
  pool: BufferPool,
): Promise<boolean> {
  const reader = body.join(range.first)
  let begun = false
  try {
    while (reader.position <= range.last) {
      if (reader.position >= body.size) {
        if (body.ended) return body.failure === undefined && range.last === Number.MAX_SAFE_INTEGER
        await body.more(reader.position)
        if (outlet.gone()) return false
        continue
      }
      if (begun) await myTurn()
      begun = true
      const wanted = range.last + 1 - reader.position
      const recent = body.recent(reader.position)
      const sent =
        recent === undefined
          ? await fromFile(body, reader.position, wanted, outlet, pool)
          : await fromMemory(recent, wanted, outlet)
      if (sent === 0) return false
      body.advance(reader, sent)
    }
    return true
  } finally {
    body.leave(reader)
  }
}

async function fromMemory(recent: Buffer, wanted: number, outlet: Outlet): Promise<number> {
  const piece = recent.length <= wanted ? recent : recent.subarray(0, wanted)
  return (await outlet.write(piece)) ? piece.length : 0
}

async function fromFile(
  body: GrowingFile,
  position: number,
  wanted: number,
  outlet: Outlet,
  pool: BufferPool,
): Promise<number> {
  const buffer = pool.take()
  const count = await body.read(buffer, position)
  const length = Math.min(count, wanted)
  const alive = await outlet.write(buffer.subarray(0, length))
  // A buffer that a dying socket may still hold is left to the collector.
  if (alive) pool.give(buffer)
  return alive ? length : 0
}
