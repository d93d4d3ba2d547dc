import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isLoop } from '#cache-server/upstream/parent'
import { freePort } from './free-port.ts'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(400_000)

test('a child fetches through its parent, revalidates and resumes there, and its errors are final', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/busy') response.writeHead(503, { 'Retry-After': '0' }).end()
    else sendFile(request, response, bytes, { etag: '"v1"', headers: { 'Cache-Control': 'max-age=0' } })
  })
  await using parent = await serve({ fetch: { retries: 3 } })
  await using child = await serve({ parent: { url: parent.server.url } })
  await using sibling = await serve({ parent: { url: parent.server.url } })
  for (const one of [child, sibling]) {
    const got = await get(one.fetchUrl(origin.url('/file')))
    expect(got.body.equals(bytes)).toBe(true)
    expect(got.headers).toMatchObject({ 'content-type': 'application/x-test', etag: '"v1"' })
    await one.server.context.fetcher.idle()
  }
  // Every copy is stale at once: the second child's fetch asked upstream for no more than a 304.
  expect(origin.seen.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"'])
  expect((await get(child.fetchUrl(origin.url('/busy')))).status).toBe(503)
  expect(origin.count('/busy')).toBe(3)
})

test('upstream is asked directly when the parent is away, refuses, or when credentials are needed', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  const gone = await startOrigin(() => {})
  await gone[Symbol.asyncDispose]()
  await using strict = await serve({ allow: [] })
  for (const url of [gone.url(''), strict.server.url]) {
    await using child = await serve({ parent: { url } })
    expect((await get(child.fetchUrl(origin.url('/file')))).body.equals(bytes)).toBe(true)
  }
  await using parent = await serve()
  await using child = await serve({ parent: { url: parent.server.url } })
  await get(child.fetchUrl(origin.url('/secret').replace('http://', 'http://user:pass@')))
  expect(origin.seen.at(-1)?.headers.authorization).toMatch(/^Basic /)
  expect(parent.server.context.store.counters.all().requests).toBe(0)
  // The parent's own pages are no upstream: only fetching goes there.
  const refused = await get(child.fetchUrl(`${parent.server.url.replace('127.0.0.1', 'localhost')}/metrics`))
  expect(refused.status).toBe(403)
})

test('cache servers that are each other’s parents see the loop and ask upstream', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  const port = await freePort()
  await using one = await serve({ port, fetch: { firstByteMs: 5000 } })
  await using two = await serve({ parent: { url: one.server.url } })
  await one.server.drain(0)
  await using three = await serve({ port, parent: { url: two.server.url } })
  await sleep(10)
  for (const [serving, path] of [
    [two, '/a'],
    [three, '/b'],
  ] as const) {
    const got = await get(serving.fetchUrl(origin.url(path)))
    expect({ status: got.status, same: got.body.equals(bytes) }).toEqual({ status: 200, same: true })
    expect(origin.count(path)).toBe(1)
  }
  const { self } = two.server.context
  const looped = await get(two.fetchUrl(origin.url('/c')), { headers: { via: `1.1 other, 1.1 ${self}` } })
  expect(looped.status).toBe(508)
  expect(isLoop(undefined, self)).toBe(false)
})

test('a circle of three is seen at once by its Via, and upstream is asked once for each file', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  const port = await freePort()
  await using third = await serve({ parent: { url: `http://127.0.0.1:${port}` } })
  await using second = await serve({ parent: { url: third.server.url } })
  await using first = await serve({ port, parent: { url: second.server.url } })
  for (const [index, serving] of [first, second, third].entries()) {
    const got = await get(serving.fetchUrl(origin.url(`/${index}`)))
    expect({ status: got.status, same: got.body.equals(bytes) }).toEqual({ status: 200, same: true })
    expect(origin.count(`/${index}`)).toBe(1)
  }
}, 20_000)

test.each([2, 3])(
  '%i servers in a circle, all asked for one file at once, do not wait for each other',
  async (many) => {
    await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
    const port = await freePort()
    // Nobody would be told before this.
    const fetch = { firstByteMs: 600_000 }
    await using last = await serve({ parent: { url: `http://127.0.0.1:${port}` }, fetch })
    await using middle = await serve({ parent: { url: last.server.url }, fetch })
    await using first = await serve({ port, parent: { url: (many === 2 ? last : middle).server.url }, fetch })
    const all = many === 2 ? [first, last] : [first, middle, last]
    for (let round = 0; round < 3; round++) {
      const path = `/${round}`
      const got = await Promise.all(all.map((serving) => get(serving.fetchUrl(origin.url(path)))))
      for (const { status, body } of got)
        expect({ status, same: body.equals(bytes) }).toEqual({ status: 200, same: true })
      expect(origin.count(path)).toBe(1)
    }
    const nobody = `${first.server.url}/api/v1/waits/?url=${encodeURIComponent(origin.url('/0'))}`
    expect((await get(nobody, { headers: { via: '1.1 other' } })).body.toString()).toBe('{"circle":[]}')
  },
)
