import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { GrowingFile } from '#cache-server/flight/growing-file'

/** Reads all, from memory or file, in pieces of at most `most` bytes. */
async function readAll(body: GrowingFile, most: number): Promise<Buffer> {
  const reader = body.join(0)
  const chunks: Buffer[] = []
  try {
    for (;;) {
      await body.more(reader.position)
      if (reader.position >= body.size) return Buffer.concat(chunks)
      const recent = body.recent(reader.position)
      const buffer = Buffer.alloc(most)
      const chunk = recent?.subarray(0, most) ?? buffer.subarray(0, await body.read(buffer, reader.position))
      chunks.push(chunk)
      body.advance(reader, chunk.length)
      await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    body.leave(reader)
  }
}

async function fill(body: GrowingFile, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += 65_536) {
    if (!body.append(bytes.subarray(at, at + 65_536))) await new Promise<void>((resolve) => body.whenRelieved(resolve))
    if (at % 655_360 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  body.end()
}

test('early, late and slow readers all get the bytes, and so does the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lkft-growing-'))
  const descriptor = openSync(join(folder, 'file'), 'wx+')
  const bytes = randomBytes(12_000_000)
  const body = new GrowingFile(descriptor)
  const readers = [readAll(body, 300_000), readAll(body, 60_000)]
  await fill(body, bytes)
  readers.push(readAll(body, 1_000_000))
  for (const got of await Promise.all(readers)) expect(got.equals(bytes)).toBe(true)
  await body.settle()
  expect(readFileSync(join(folder, 'file')).equals(bytes)).toBe(true)
  closeSync(descriptor)
  rmSync(folder, { recursive: true })
})

test('a full disk does not stop the readers: they go on from memory, and upstream waits for the slowest', async () => {
  const descriptor = openSync('/dev/full', 'r+')
  const bytes = randomBytes(30_000_000)
  const body = new GrowingFile(descriptor)
  const readers = [readAll(body, 500_000), readAll(body, 50_000)]
  await fill(body, bytes)
  for (const got of await Promise.all(readers)) expect(got.equals(bytes)).toBe(true)
  expect(body.diskFull).toBe(true)
  expect(body.holds(0)).toBe(false)
  closeSync(descriptor)
})

test('a failure reaches readers that wait', async () => {
  const descriptor = openSync('/dev/null', 'r+')
  const body = new GrowingFile(descriptor)
  const waiting = body.more(0)
  body.end(new Error('cut'))
  await waiting
  expect(body.failure?.message).toBe('cut')
  closeSync(descriptor)
})
