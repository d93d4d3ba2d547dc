import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(50_000)

test('parameters: url and ttl are checked, NAME is one path segment, methods are GET and HEAD', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve()
  const base = `${serving.server.url}/api/v1/fetch`
  const url = encodeURIComponent(origin.url('/x'))
  const status = async (path: string, method = 'GET') => (await get(base + path, { method })).status
  expect(await status('/')).toBe(400)
  for (const ttl of ['', '1', 'd', '0d', '-1d', '1k', '1.5h', '1d1h', '2h 30m', 'abc', '1 d', ' 1d', '1D']) {
    expect(await status(`/?url=${url}&ttl=${encodeURIComponent(ttl)}`), ttl).toBe(400)
  }
  for (const ttl of ['1d', '2h', '30m', '15s']) expect(await status(`/?url=${url}&ttl=${ttl}`), ttl).toBe(200)
  for (const wrong of ['ftp://127.0.0.1/x', 'file:///etc/passwd', 'gopher://127.0.0.1/', 'junk', '']) {
    expect(await status(`/?url=${encodeURIComponent(wrong)}`), wrong).toBe(400)
  }
  for (const path of ['/a/b', '/a%2Fb', '/a%0d%0ab', '/%']) expect(await status(`${path}?url=${url}`), path).toBe(404)
  expect(await status(`?url=${url}`)).toBe(200)
  for (const method of ['POST', 'PUT', 'DELETE']) expect(await status(`/?url=${url}`, method)).toBe(405)
  const named = await get(`${base}/rootfs.ext4?url=${url}`)
  expect(named.headers['content-disposition']).toBe('attachment; filename=rootfs.ext4')
  const spaced = await get(`${base}/${encodeURIComponent('my "root"; x=ü.bin')}?url=${url}`)
  expect(spaced.headers['content-disposition']).toBe(
    `attachment; filename="my \\"root\\"; x=_.bin"; filename*=UTF-8''my%20%22root%22%3B%20x%3D%C3%BC.bin`,
  )
  expect((await get(`${base}/?url=${url}`)).headers['content-disposition']).toBeUndefined()
})

test('without a ttl a file lives ten days; a URL may be long; health answers HEAD', async () => {
  let now = Date.now()
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve({}, { now: () => now })
  const fetched = async (): Promise<number> => {
    expect((await get(serving.fetchUrl(origin.url('/x')))).status).toBe(200)
    await serving.server.context.fetcher.idle()
    return origin.count('/x')
  }
  const day = 86_400_000
  expect(await fetched()).toBe(1)
  expect((await get(`${serving.server.url}/resources/successes/`)).body.toString()).toContain('>10d<')
  now += 10 * day - 1000
  expect(await fetched()).toBe(1)
  now += 2000
  expect(await fetched()).toBe(2)
  expect((await get(serving.fetchUrl(origin.url(`/${'x'.repeat(8000)}`)))).status).toBe(200)
  expect((await get(serving.fetchUrl(origin.url(`/${'x'.repeat(8192)}`)))).status).toBe(400)
  const health = await get(`${serving.server.url}/api/v1/health/`, { method: 'HEAD' })
  expect(health).toMatchObject({ status: 200, headers: { 'content-length': '2' }, body: Buffer.alloc(0) })
})

test('a later ttl can bring the end nearer but never put it off; the end is an absolute age', async () => {
  let now = Date.now()
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve({}, { now: () => now })
  const url = serving.fetchUrl(origin.url('/x'))
  const fetched = async (seconds: number, ttl: string) => {
    now += seconds * 1000
    await get(`${url}&ttl=${ttl}`)
    await serving.server.context.fetcher.idle()
    return origin.count('/x')
  }
  expect(await fetched(0, '1h')).toBe(1)
  expect(await fetched(1, '20d')).toBe(1)
  expect(await fetched(3500, '20d')).toBe(1)
  expect(await fetched(100, '20d')).toBe(2)
  expect(await fetched(10, '1m')).toBe(2)
  expect(await fetched(61, '1m')).toBe(3)
})

test('a clock that jumps loses nothing that is valid and keeps nothing for ever', async () => {
  let now = Date.now()
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve({}, { now: () => now })
  const url = serving.fetchUrl(origin.url('/x'), '&ttl=1h')
  await get(url)
  await serving.server.context.fetcher.idle()
  now -= 10 * 86_400_000
  const back = await get(url)
  expect(back.headers['age']).toBe('0')
  expect(origin.count('/x')).toBe(1)
  now += 20 * 86_400_000
  expect((await get(url)).body.equals(bytes)).toBe(true)
  expect(origin.count('/x')).toBe(2)
})

test('health follows the shutdown file; status has every key of KissCache, also without a quota', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/x') sendFile(request, response, bytes)
    else response.writeHead(410).end()
  })
  await using serving = await serve({ disk: { quota: 0, softPercent: 75, idleSeconds: 3600 } })
  const at = (path: string) => get(serving.server.url + path)
  expect(await at('/api/v1/health/')).toMatchObject({ status: 200, body: Buffer.from('ok') })
  writeFileSync(serving.server.context.settings.shutdownFile, '')
  expect(await at('/api/v1/health/')).toMatchObject({ status: 503, body: Buffer.from('Graceful shutdown') })
  rmSync(serving.server.context.settings.shutdownFile)
  await get(serving.fetchUrl(origin.url('/x')))
  await get(serving.fetchUrl(origin.url('/x')))
  await get(serving.fetchUrl(origin.url('/gone')))
  await serving.server.context.fetcher.idle()
  await get(serving.fetchUrl(origin.url('/x')), { method: 'HEAD' })
  await serving.server.context.fetcher.idle()
  expect(JSON.parse((await at('/api/v1/status/')).body.toString())).toEqual({
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    disk_usage: bytes.length,
    disk_usage_percent: 0,
    disk_quota: 0,
    instance: `${serving.server.url}/`,
    resources_scheduled: 0,
    resources_downloading: 0,
    resources_successes: 1,
    resources_failures: 1,
    resources_usage: 4,
    statistics_successes: 1,
    statistics_failures: 1,
    statistics_download: bytes.length,
    statistics_upload: expect.any(Number),
    statistics_requests: 3,
    version: expect.any(String),
  })
})

test('resource pages: 25 on a page, order by column, 400 for a bad order, 404 beyond the end', async () => {
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, bytes.subarray(0, 100 + Number(request.url?.slice(2)))),
  )
  await using serving = await serve()
  await Promise.all(Array.from({ length: 30 }, (_, i) => get(serving.fetchUrl(origin.url(`/f${i + 10}`)))))
  await serving.server.context.fetcher.idle()
  const page = async (path: string) => {
    const { status, body } = await get(`${serving.server.url}/resources/${path}`)
    return { status, names: [...body.toString().matchAll(/\/f(\d+)<\/td>/g)].map(([, name]) => Number(name)) }
  }
  const first = await page('successes/?order=url')
  expect(first.names).toEqual(Array.from({ length: 25 }, (_, i) => i + 10))
  expect((await page('successes/2/?order=url')).names).toEqual([35, 36, 37, 38, 39])
  expect((await page('successes/?order=-content_length')).names.slice(0, 3)).toEqual([39, 38, 37])
  for (const path of ['successes/3/', 'successes/0/', 'nothing/', 'successes/x/'])
    expect((await page(path)).status, path).toBe(404)
  for (const order of ['nope', '-nope', '', '-', 'url;drop', '__proto__']) {
    expect((await page(`successes/?order=${encodeURIComponent(order)}`)).status, order).toBe(400)
  }
  for (const state of ['scheduled', 'downloading', 'failures'])
    expect(await page(`${state}/`)).toEqual({ status: 200, names: [] })
  for (const path of ['/', '/help/', '/statistics/']) {
    const { status, headers } = await get(serving.server.url + path)
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'text/html; charset=utf-8' })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  }
  expect((await get(serving.server.url, { method: 'POST' })).status).toBe(405)
})

test('what nginx gave KissCache: ranges, several ranges, 416, 304; and what upstream said of the file', async () => {
  const lastModified = 'Mon, 01 Jan 2024 00:00:00 GMT'
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, bytes, { etag: '"v1"', lastModified }),
  )
  await using serving = await serve()
  const url = serving.fetchUrl(origin.url('/x'))
  await get(url)
  await serving.server.context.fetcher.idle()
  const whole = await get(url)
  expect(whole.headers).toMatchObject({
    etag: '"v1"',
    'last-modified': lastModified,
    'content-type': 'application/x-test',
  })
  expect(whole.headers['repr-digest']).toMatch(/^sha-256=:.{44}:$/)
  const ask = (headers: Record<string, string>) => get(url, { headers })
  expect((await ask({ range: 'bytes=-10' })).body.equals(bytes.subarray(-10))).toBe(true)
  const several = await ask({ range: 'bytes=0-1,10-12' })
  expect(several.status).toBe(206)
  expect(several.headers['content-type']).toMatch(/^multipart\/byteranges; boundary=/)
  expect(several.body.length).toBe(Number(several.headers['content-length']))
  expect(several.body.includes(Buffer.concat([Buffer.from('bytes 10-12/50000\r\n\r\n'), bytes.subarray(10, 13)]))).toBe(
    true,
  )
  expect(await ask({ range: 'bytes=50000-' })).toMatchObject({
    status: 416,
    headers: { 'content-range': 'bytes */50000' },
  })
  expect((await ask({ range: 'lines=1-2' })).status).toBe(200)
  expect((await ask({ 'if-none-match': '"v0", W/"v1"' })).status).toBe(304)
  expect((await ask({ 'if-modified-since': lastModified })).status).toBe(304)
  expect((await ask({ range: 'bytes=0-9', 'if-range': lastModified })).status).toBe(206)
  expect((await ask({ range: 'bytes=0-9', 'if-range': '"v2"' })).status).toBe(200)
})

test('what does not fit the quota is answered with 507, and old files make room for new ones', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve({ disk: { quota: 120_000, softPercent: 75, idleSeconds: 3600 } })
  await using tiny = await serve({ disk: { quota: 1000, softPercent: 75, idleSeconds: 3600 } })
  expect((await get(tiny.fetchUrl(origin.url('/x')))).status).toBe(507)
  for (const name of ['/a?1', '/a?2']) await get(serving.fetchUrl(origin.url(name)))
  await serving.server.context.fetcher.idle()
  expect(serving.server.context.store.blobs.count()).toBe(1)
  expect(serving.server.context.store.resources.totals().successes).toBe(2)
})
