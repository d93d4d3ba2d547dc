import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(3_000_000)

test('thirty readers at once cost one download and all get the same bytes', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes, { speed: 6e6 }))
  await using serving = await serve()
  const url = serving.fetchUrl(origin.url('/file'))
  const got = await Promise.all(Array.from({ length: 30 }, () => get(url)))
  for (const { status, body, cut } of got) {
    expect({ status, cut, same: body.equals(bytes) }).toEqual({ status: 200, cut: false, same: true })
  }
  expect(origin.count('/file')).toBe(1)
  expect((await get(url)).body.equals(bytes)).toBe(true)
  expect(origin.count('/file')).toBe(1)
})

test('a late reader gets its first byte at once while the file still arrives', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes, { speed: 3e6 }))
  await using serving = await serve()
  const url = serving.fetchUrl(origin.url('/file'))
  const first = get(url).then((got) => ({ ...got, endedAt: performance.now() }))
  await sleep(500)
  const asked = performance.now()
  const late = await get(url)
  const { body, endedAt } = await first
  expect(asked + late.firstByteMs).toBeLessThan(endedAt)
  expect(late.body.equals(bytes)).toBe(true)
  expect(body.equals(bytes)).toBe(true)
  expect(origin.count('/file')).toBe(1)
})

test('the download goes on when the client that began it has left', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes, { speed: 6e6 }))
  await using serving = await serve()
  const url = serving.fetchUrl(origin.url('/file'))
  const leaving = new AbortController()
  await expect(
    fetch(url, { signal: leaving.signal }).then(async (response) => {
      leaving.abort()
      return response.text()
    }),
  ).rejects.toThrow('aborted')
  await serving.server.context.fetcher.idle()
  const { body, headers } = await get(url)
  expect(body.equals(bytes)).toBe(true)
  expect(headers['cache-status']).toContain('hit')
  expect(origin.count('/file')).toBe(1)
})

test('a range is served during the download as soon as its bytes are there', async () => {
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, bytes, { speed: 2e6, etag: '"a"' }),
  )
  await using serving = await serve()
  const url = serving.fetchUrl(origin.url('/file'))
  const whole = get(url).then((got) => ({ ...got, endedAt: performance.now() }))
  await sleep(200)
  const part = await get(url, { headers: { range: 'bytes=1000-2999', 'if-range': '"a"' } })
  expect(part.status).toBe(206)
  expect(part.headers['content-range']).toBe('bytes 1000-2999/3000000')
  expect(part.body.equals(bytes.subarray(1000, 3000))).toBe(true)
  const partAt = performance.now()
  const other = await get(url, { method: 'HEAD', headers: { range: 'bytes=0-9', 'if-range': '"b"' } })
  expect(other.status).toBe(200)
  const { body, endedAt } = await whole
  expect(partAt).toBeLessThan(endedAt)
  expect(body.equals(bytes)).toBe(true)
})

test('HEAD gives the length without downloading, then GET brings the bytes', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve()
  const url = `${serving.server.url}/api/v1/fetch?url=${encodeURIComponent(origin.url('/file'))}`
  const head = await get(url, { method: 'HEAD', headers: { 'accept-encoding': '' } })
  expect(head).toMatchObject({ status: 200, headers: { 'content-length': '3000000' } })
  expect(origin.count('/file')).toBe(0)
  expect((await get(url, { headers: { 'accept-encoding': '' } })).body.equals(bytes)).toBe(true)
})

test('small files that are asked for again come from memory, every byte value as it was', async () => {
  const all = Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256))
  const more = randomBytes(50_000)
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, request.url === '/all' ? all : more),
  )
  await using serving = await serve()
  for (const [path, expected] of [
    ['/all', all],
    ['/more', more],
  ] as const) {
    const url = serving.fetchUrl(origin.url(path))
    for (let i = 0; i < 6; i++) {
      const { body, headers } = await get(url)
      expect(body.equals(expected)).toBe(true)
      expect(headers['content-length']).toBe(String(expected.length))
      await serving.server.context.fetcher.idle()
      await sleep(20)
    }
    expect((await get(url, { headers: { range: 'bytes=200-299' } })).body.equals(expected.subarray(200, 300))).toBe(
      true,
    )
    serving.server.context.store.blobs.remove(
      serving.server.context.store.resources.list('successes', '-last_usage', 0, 1)[0]?.digest ?? '',
    )
    // The file is gone from the disk: this can only be memory.
    expect((await get(url)).body.equals(expected)).toBe(true)
    expect(origin.count(path)).toBe(1)
  }
})
