import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Outlet } from '#cache-server/serve/outlet'
import { sendBlobRange } from '#cache-server/serve/send-blob'
import { bufferBytes, createBufferPool } from '#cache-server/store/buffer-pool'
import { createOpenBlobs } from '#cache-server/store/open-blobs'

const folder = mkdtempSync(join(tmpdir(), 'lkft-blob-'))
afterAll(() => rmSync(folder, { recursive: true }))
const bytes = randomBytes(bufferBytes * 9 + 12_345)
const file = join(folder, 'blob')
writeFileSync(file, bytes)

/** Takes bytes after a turn or two of the event loop, and fails after `most` of them. */
function createSink(most = Number.POSITIVE_INFINITY): Outlet & { readonly got: () => Buffer } {
  const chunks: Buffer[] = []
  let sent = 0
  const writeAll = async (buffers: readonly Buffer[]): Promise<boolean> => {
    for (let turns = randomBytes(1)[0] ?? 0; turns > 0; turns -= 100) await new Promise((next) => setImmediate(next))
    if (sent > most) return false
    for (const buffer of buffers) {
      chunks.push(Buffer.from(buffer))
      sent += buffer.length
    }
    return true
  }
  return {
    write: (buffer) => writeAll([buffer]),
    writeAll,
    gone: () => false,
    sent: () => sent,
    got: () => Buffer.concat(chunks),
  }
}

test.each([1, 3, 24])('%i readers at once get their ranges, some leaving early', async (readers) => {
  const blobs = createOpenBlobs(createBufferPool(4))
  await Promise.all(
    Array.from({ length: readers }, async (_, i) => {
      const first = i === 0 ? 0 : Math.floor(Math.random() * bytes.length)
      const last = i === 0 ? bytes.length - 1 : first + Math.floor(Math.random() * (bytes.length - first))
      const leaving = i % 3 === 2
      const sink = createSink(leaving ? bufferBytes * 2 : undefined)
      const blob = await blobs.open('digest', file)
      const whole = await sendBlobRange(blob, { first, last }, sink)
      blob.close()
      const got = sink.got()
      expect(got.equals(bytes.subarray(first, first + got.length))).toBe(true)
      expect(whole).toBe(got.length === last - first + 1)
      expect(whole || leaving).toBe(true)
    }),
  )
})

test('a file that became shorter is not sent as if it were whole', async () => {
  const short = join(folder, 'short')
  writeFileSync(short, bytes)
  truncateSync(short, bufferBytes * 5 + 7)
  const blob = await createOpenBlobs(createBufferPool(4)).open('digest', short)
  const sink = createSink()
  expect(await sendBlobRange(blob, { first: 0, last: bytes.length - 1 }, sink)).toBe(false)
  blob.close()
  expect(sink.sent()).toBeLessThan(bytes.length)
})
