import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, expect, test } from 'vitest'
import { retryStatuses } from '#cache-server/upstream/retry-policy'
import { recordEvidence } from '../support/evidence.ts'
import { sendFile, sha256, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(600_000)
const other = randomBytes(600_000)

const faults = { passed: 0, failed: 0 }
afterEach(({ task }) => void (task.result?.state === 'fail' ? faults.failed++ : faults.passed++))
afterAll(async () => {
  if (faults.failed > 0) return
  await recordEvidence({
    claim: 'cache-faults',
    command: 'npx vitest run --project integration test/cache-server/faults-upstream.test.ts',
    kernel: 'none',
    figure: `${faults.passed} kinds of fault; all ${retryStatuses.size} statuses tried again; no wrong byte kept or served whole`,
  })
})

test('each of the fourteen statuses is tried again, and Retry-After is kept to', async () => {
  await using origin = await startOrigin((request, response, nth) => {
    const status = Number(request.url?.slice(1))
    if (nth > 2) sendFile(request, response, bytes)
    else response.writeHead(status, nth === 1 && status === 503 ? { 'Retry-After': '1' } : {}).end('no')
  })
  await using serving = await serve()
  const started = performance.now()
  const got = await Promise.all([...retryStatuses].map((status) => get(serving.fetchUrl(origin.url(`/${status}`)))))
  expect(got.map(({ status }) => status)).toEqual([...retryStatuses].map(() => 200))
  expect(got.every(({ body }) => body.equals(bytes))).toBe(true)
  expect(performance.now() - started).toBeGreaterThan(1000)
  for (const status of retryStatuses) expect(origin.count(`/${status}`)).toBe(3)
})

test('an error that stays is passed on with a sentence and remembered for a short while', async () => {
  await using origin = await startOrigin((_, response) => response.writeHead(404).end('gone'))
  await using serving = await serve({ fetch: { negativeMs: 700 } })
  const url = serving.fetchUrl(origin.url('/none'))
  expect(await get(url)).toMatchObject({ status: 404, body: Buffer.from('127.0.0.1 answered 404\n') })
  expect((await get(url)).headers['cache-status']).toContain('negative')
  expect(origin.count('/none')).toBe(1)
  await sleep(800)
  expect((await get(url)).status).toBe(404)
  expect(origin.count('/none')).toBe(2)
})

test.for([
  ['with ranges and an ETag', { etag: '"v1"' }],
  ['with ranges and an old Last-Modified', { lastModified: 'Mon, 01 Jan 2024 00:00:00 GMT' }],
  ['without ranges', { ranges: false }],
  ['with ranges and no validator', {}],
] as const)('a body that is cut is made whole: %s', async ([, options]) => {
  await using origin = await startOrigin((request, response, nth) =>
    sendFile(request, response, bytes, { ...options, ...(nth <= 2 ? { cutAfter: 200_000 } : {}) }),
  )
  await using serving = await serve()
  const got = await get(serving.fetchUrl(origin.url('/file'), `&sha256=${sha256(bytes)}`))
  expect({ status: got.status, cut: got.cut, same: got.body.equals(bytes) }).toEqual({
    status: 200,
    cut: false,
    same: true,
  })
  const resumed = origin.seen.filter(({ headers }) => headers['if-range'] !== undefined).length
  expect(resumed).toBe('etag' in options || 'lastModified' in options ? 2 : 0)
})

test.for([
  ['with a new ETag', (v: number) => ({ etag: `"v${v}"` })],
  ['without a validator', () => ({})],
  ['by a server that ignores If-Range', (v: number) => ({ etag: `"v${v}"`, ignoreCondition: true })],
] as const)(
  'bytes of two versions are never mixed: the file changes between cut and resume %s',
  async ([, options]) => {
    await using origin = await startOrigin((request, response, nth) => {
      const { ignoreCondition, ...rest } = options(nth > 1 ? 2 : 1) as { etag?: string; ignoreCondition?: boolean }
      if (ignoreCondition === true) delete request.headers['if-range']
      sendFile(request, response, nth === 1 ? bytes : other, { ...rest, ...(nth === 1 ? { cutAfter: 200_000 } : {}) })
    })
    await using serving = await serve({ fetch: { negativeMs: 1 } })
    const url = serving.fetchUrl(origin.url('/file'))
    const first = await get(url)
    expect(first.cut).toBe(true)
    expect(first.body.equals(bytes.subarray(0, first.body.length))).toBe(true)
    await serving.server.context.fetcher.idle()
    await sleep(20)
    const second = await get(url)
    expect({ status: second.status, same: second.body.equals(other) }).toEqual({ status: 200, same: true })
  },
)

test('a length that upstream does not keep to fails the client visibly and is not kept', async () => {
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, bytes, { ranges: false, headers: { 'Content-Length': '700000' }, cutAfter: 1e9 }),
  )
  await using serving = await serve({ fetch: { resumes: 2, stallMs: 1000 } })
  const got = await get(serving.fetchUrl(origin.url('/file')))
  expect(got.cut).toBe(true)
  expect(serving.server.context.store.blobs.count()).toBe(0)
})

test('an encoded body is refused although identity was asked', async () => {
  await using origin = await startOrigin((_, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(bytes))
  })
  await using serving = await serve()
  const got = await get(serving.fetchUrl(origin.url('/file')), { headers: { 'accept-encoding': 'gzip' } })
  expect(got.status).toBe(502)
  expect(got.body.toString()).toContain('encoded (gzip)')
  expect(origin.seen[0]?.headers['accept-encoding']).toBe('identity')
})

test('a wrong sha256 fails before the last byte and is never kept', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve()
  const wrong = await get(serving.fetchUrl(origin.url('/file'), `&sha256=${sha256(other)}`))
  expect(wrong.cut).toBe(true)
  expect(wrong.body.length).toBeLessThan(bytes.length)
  await serving.server.context.fetcher.idle()
  expect(serving.server.context.store.blobs.count()).toBe(0)
})

test('a stalled origin is given up and the rest resumed', async () => {
  await using origin = await startOrigin((request, response, nth) => {
    if (nth > 1) sendFile(request, response, bytes, { etag: '"a"' })
    else response.writeHead(200, { 'Content-Length': String(bytes.length), ETag: '"a"' }).write(bytes.subarray(0, 1000))
  })
  await using serving = await serve({ fetch: { stallMs: 1000 } })
  const got = await get(serving.fetchUrl(origin.url('/file')))
  expect(got.body.equals(bytes)).toBe(true)
  expect(origin.seen[1]?.headers.range).toBe('bytes=1000-')
})

test('ten dead URLs beside a good one: the good one is not held up, the dead get a clear 504', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/good') sendFile(request, response, bytes)
  })
  await using serving = await serve({ fetch: { firstByteMs: 1500, connectionsPerHost: 32 } })
  const dead = Array.from({ length: 10 }, (_, i) => get(serving.fetchUrl(`http://127.0.0.1:${origin.port}/dead${i}`)))
  await sleep(100)
  const good = await get(serving.fetchUrl(origin.url('/good')))
  expect(good.body.equals(bytes)).toBe(true)
  expect(good.totalMs).toBeLessThan(1000)
  for (const { status, body } of await Promise.all(dead)) {
    expect(status).toBe(504)
    expect(body.toString()).toContain('no answer from 127.0.0.1 in time')
  }
})

test('a refused host is tried for a while and then left alone', async () => {
  const origin = await startOrigin(() => {})
  await origin[Symbol.asyncDispose]()
  await using serving = await serve({ fetch: { firstByteMs: 400, breakerMs: 60_000 } })
  const ask = (name: string) => get(serving.fetchUrl(origin.url(name)))
  for (const name of ['/1', '/2', '/3']) expect((await ask(name)).status).toBe(502)
  const left = await ask('/4')
  expect(left).toMatchObject({ status: 502 })
  expect(left.body.toString()).toContain('left alone')
  expect(left.totalMs).toBeLessThan(300)
})

test('redirect loops end, and each hop must be allowed', async () => {
  await using origin = await startOrigin((request, response) => {
    const targets: Record<string, string> = {
      '/loop': '/loop',
      '/out': 'http://example.org/secret',
      '/meta': 'http://169.254.169.254/latest/meta-data/',
      '/inward': `http://127.0.0.2:${origin.port}/x`,
      '/file-scheme': 'file:///etc/passwd',
      '/fine': '/target',
    }
    const to = targets[request.url ?? '']
    if (to === undefined) sendFile(request, response, bytes)
    else response.writeHead(302, { Location: to }).end()
  })
  await using serving = await serve()
  const ask = (name: string) => get(serving.fetchUrl(origin.url(name)))
  expect((await ask('/loop')).status).toBe(502)
  for (const [name, host] of [
    ['/out', 'example.org'],
    ['/meta', '169.254.169.254'],
    ['/inward', '127.0.0.2'],
  ] as const) {
    const { status, body } = await ask(name)
    expect(status).toBe(403)
    expect(body.toString()).toContain(`- {host: '${host}'`)
  }
  expect((await ask('/file-scheme')).status).toBe(502)
  expect((await ask('/fine')).body.equals(bytes)).toBe(true)
})
