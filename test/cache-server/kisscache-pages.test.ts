import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(50_000)

const places = ['/', '/help/', '/statistics/', '/resources/successes/', '/resources/failures/', '/api/v1/status/']

test.each(places)('%s answers GET and HEAD alike, with its final slash or without', async (path) => {
  await using serving = await serve()
  for (const form of new Set([path, path.replace(/(.)\/$/, '$1')])) {
    const whole = await get(serving.server.url + form)
    const head = await get(serving.server.url + form, { method: 'HEAD' })
    expect(whole.status, form).toBe(200)
    expect(whole.body.length, form).toBeGreaterThan(0)
    expect({ status: head.status, type: head.headers['content-type'], body: head.body.length }, form).toEqual({
      status: 200,
      type: whole.headers['content-type'],
      body: 0,
    })
  }
})

test('client networks bound fetching alone; the help page tells a caller its address and whether it may', async () => {
  await using open = await serve()
  await using bounded = await serve({ clientNetworks: ['10.0.0.0/8'] })
  const text = async (url: string) => (await get(url)).body.toString().replaceAll(/\s+/g, ' ')
  expect(await text(`${open.server.url}/help/`)).toContain('Your address is <code>127.0.0.1</code>; it may use')
  const help = await text(`${bounded.server.url}/help/`)
  expect(help).toContain('Your address is <code>127.0.0.1</code>; it may not use')
  expect(help).toContain('These may: 10.0.0.0/8.')
  expect((await get(bounded.fetchUrl('http://127.0.0.1:9/x'))).status).toBe(403)
  for (const path of ['/api/v1/status/', '/api/v1/health/', '/', '/statistics/']) {
    expect((await get(bounded.server.url + path)).status, path).toBe(200)
  }
})

test.each([
  [59, 'success'],
  [60, 'warning'],
  [84, 'warning'],
  [85, 'danger'],
])('a disk that is %i %% full is shown as %s', async (percent, level) => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve({
    disk: { quota: Math.round((bytes.length * 100) / percent), softPercent: 100, idleSeconds: 3600 },
  })
  await get(serving.fetchUrl(origin.url('/x')))
  await serving.server.context.fetcher.idle()
  const page = (await get(`${serving.server.url}/statistics/`)).body.toString()
  expect(page).toContain(`<progress class="${level}" max="100" value="${percent}">`)
  expect(page).toContain(`(${percent} %)`)
})

test('statistics: files served, expansion, average uses, and counts of now and ever', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/x') sendFile(request, response, bytes)
    else response.writeHead(404).end()
  })
  await using serving = await serve()
  for (const path of ['/x', '/x', '/x', '/gone']) {
    await get(serving.fetchUrl(origin.url(path)))
    await serving.server.context.fetcher.idle()
  }
  const page = (await get(`${serving.server.url}/statistics/`)).body.toString()
  const figure = (name: string) => new RegExp(`data-figure="${name}"[^>]*>([^<]*)<`).exec(page)?.[1]
  expect(['requests', 'average', 'successes', 'failures', 'downloading', 'scheduled'].map(figure)).toEqual([
    '4',
    '2',
    '1',
    '1',
    '0',
    '0',
  ])
  expect(Number.parseFloat(figure('expansion') ?? '')).toBeCloseTo(3, 1)
})

test('resource pages: a line has URL, life, size, uses and status; a column sorts both ways', async () => {
  await using origin = await startOrigin((request, response) => {
    const size = Number(request.url?.slice(2))
    if (size > 0) sendFile(request, response, bytes.subarray(0, size))
    else response.writeHead(410).end('gone for good')
  })
  await using serving = await serve()
  const fetchOnce = async (path: string, ttl: string) => {
    await get(serving.fetchUrl(origin.url(path), ttl))
    await serving.server.context.fetcher.idle()
  }
  await fetchOnce('/f100', '')
  await fetchOnce('/f200', '&ttl=2h')
  await fetchOnce('/f300', '&ttl=1m')
  for (const path of ['/f300', '/f300', '/f200']) await fetchOnce(path, '')
  await fetchOnce('/fx', '')
  const page = async (path: string) => (await get(`${serving.server.url}/resources/${path}`)).body.toString()
  const sizes = async (order: string) =>
    [...(await page(`successes/?order=${order}`)).matchAll(/\/f(\d+)<\/td>/g)].map(([, size]) => Number(size))
  const orders = ['url', 'content_length', 'usage', 'ttl', 'last_usage']
  for (const order of orders) {
    const up = await sizes(order)
    expect(await sizes(`-${order}`), order).toEqual(up.toReversed())
    expect(
      up.toSorted((a, b) => a - b),
      order,
    ).toEqual([100, 200, 300])
  }
  expect(await sizes('usage')).toEqual([100, 200, 300])
  expect(await sizes('ttl')).toEqual([300, 200, 100])
  const successes = await page('successes/?order=url')
  for (const column of ['URL ▲', 'TTL', 'size', 'progress', 'last use', 'uses', 'status']) {
    expect(successes, column).toContain(column)
  }
  const [first = ''] = /<tr>(?:(?!<\/tr>)[^])*f100[^]*?<\/tr>/.exec(successes) ?? []
  expect(first).toContain('>10d</td>')
  expect(first).toContain('max="100" value="100"')
  expect(first).toMatch(/<td>200<\/td>/)
  const failures = await page('failures/')
  expect(failures).toContain('Failures (1)')
  expect(failures).toContain('<td>410 127.0.0.1 answered 410</td>')
  expect(successes).not.toContain('/fx')
})

test('upstream is asked as KissCache asks: nothing of the client, no encoding; an inner & ends the URL', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve()
  const headers = { cookie: 'a=b', referer: 'http://lab/', 'user-agent': 'curl/8', 'accept-encoding': 'gzip' }
  await get(`${serving.server.url}/api/v1/fetch/?url=${origin.url('/x?a=1')}&b=2`, { headers })
  const [seen] = origin.seen
  expect(seen?.path).toBe('/x?a=1')
  expect(seen?.headers).toMatchObject({
    'accept-encoding': 'identity',
    'user-agent': expect.stringMatching(/^lkft-cache\//),
  })
  expect(Object.keys(seen?.headers ?? {})).not.toContain('cookie')
  expect(Object.keys(seen?.headers ?? {})).not.toContain('referer')
})

test.each([
  ['a redirect that names no place', 301, 301],
  ['a part that nobody asked for', 206, 502],
  ['no content', 204, 502],
  ['a client error', 403, 403],
  ['a status that nobody knows', 499, 499],
])('%s is final', async (_name, answered, told) => {
  await using origin = await startOrigin((_, response) => void response.writeHead(answered).end())
  await using serving = await serve()
  const { status, headers } = await get(serving.fetchUrl(origin.url('/x')))
  expect(status).toBe(told)
  expect(headers['location']).toBeUndefined()
  await serving.server.context.fetcher.idle()
  expect(serving.server.context.store.resources.totals()).toMatchObject({ successes: 0 })
  expect(origin.count('/x')).toBe(1)
})
