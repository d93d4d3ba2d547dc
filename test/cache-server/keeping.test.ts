import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { UrlRule } from '#cache-server/settings'
import { scrubNext } from '#cache-server/store/scrub'
import { runCommand } from '#process/run-command'
import { sendFile, sha256, startOrigin } from './origin.ts'
import { get, serve, type Serving } from './serving.ts'

const lkft = new URL('../../bin/lkft', import.meta.url).pathname

function rule(change: Partial<UrlRule>): UrlRule {
  const plain = { dropParameters: [], staleWhileRevalidateSeconds: 0, staleIfErrorSeconds: 0, pin: false, mirrors: [] }
  return { match: '**', ...plain, ...change }
}

async function ask(serving: Serving, url: string): Promise<string> {
  const { status, body } = await get(serving.fetchUrl(url))
  await serving.server.context.fetcher.idle()
  return `${status} ${body.toString()}`
}

test('mutable files are revalidated, served stale while that runs and while upstream fails; immutable ones never asked about', async () => {
  let now = Date.now()
  let version = 1
  let broken = false
  await using origin = await startOrigin((request, response) => {
    if (broken) response.writeHead(500).end()
    else if (request.headers['if-none-match'] === `"${version}"`) response.writeHead(304).end()
    else
      sendFile(request, response, Buffer.from(`v${version}`), {
        etag: `"${version}"`,
        headers: { 'Cache-Control': 'max-age=60' },
      })
  })
  const rules = [
    rule({ match: '**/dated/**', freshness: 'immutable' }),
    rule({ match: '**/soft/**', freshness: 'mutable', staleWhileRevalidateSeconds: 100 }),
    rule({ freshness: 'mutable', staleIfErrorSeconds: 1000 }),
  ]
  await using serving = await serve({ rules, fetch: { retries: 1, negativeMs: 1 } }, { now: () => now })
  const [latest, soft, dated] = [origin.url('/latest'), origin.url('/soft/x'), origin.url('/dated/x')]
  for (const url of [latest, soft, dated]) expect(await ask(serving, url)).toBe('200 v1')
  now += 61_000
  expect(await ask(serving, latest)).toBe('200 v1')
  expect(origin.seen.at(-1)?.headers['if-none-match']).toBe('"1"')
  version = 2
  now += 61_000
  // The first after a minute still sees the old copy of what may be stale, the next one the new.
  expect([await ask(serving, soft), await ask(serving, soft)]).toEqual(['200 v1', '200 v2'])
  expect([await ask(serving, latest), await ask(serving, dated)]).toEqual(['200 v2', '200 v1'])
  broken = true
  now += 500_000
  expect((await get(serving.fetchUrl(latest))).headers['cache-status']).toContain('stale')
  await serving.server.context.fetcher.idle()
  now += 1_000_000
  expect(await ask(serving, latest)).toMatch(/^500 /)
  expect(origin.count('/dated/x')).toBe(1)
})

test('signatures do not tell files apart, the same bytes are stored once, mirrors step in', async () => {
  const bytes = randomBytes(100_000)
  await using origin = await startOrigin((request, response) => {
    if (request.url?.startsWith('/broken/')) response.writeHead(503).end()
    else sendFile(request, response, bytes)
  })
  const rules = [
    rule({ match: `${origin.url('')}/broken/**`, mirrors: [origin.url('/mirror/')] }),
    rule({ dropParameters: ['X-Amz-*'] }),
  ]
  await using serving = await serve({ rules })
  for (const query of ['?X-Amz-Date=1', '?X-Amz-Date=2&X-Amz-Signature=b', ''])
    await ask(serving, origin.url(`/s${query}`))
  expect(origin.seen.map(({ path }) => path)).toEqual(['/s?X-Amz-Date=1'])
  await ask(serving, origin.url('/broken/dir/file'))
  expect(origin.seen.at(-1)?.path).toBe('/mirror/dir/file')
  const { blobs, resources } = serving.server.context.store
  expect([blobs.count(), resources.totals().successes]).toEqual([1, 2])
})

test('room is made by least use: idle files above the soft mark, any but pinned ones above the quota', async () => {
  let now = Date.now()
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, Buffer.alloc(100, request.url)),
  )
  const disk = { quota: 1000, softPercent: 50, idleSeconds: 3600 }
  await using serving = await serve({ disk, rules: [rule({ match: '**/pinned', pin: true })] }, { now: () => now })
  const { store } = serving.server.context
  const kept = () => store.resources.list('successes', 'url', 0, 99).map(({ url }) => new URL(url).pathname.slice(1))
  for (const name of ['pinned', 'a', 'b', 'c', 'd', 'e', 'f', 'g']) {
    now += 1000
    await ask(serving, origin.url(`/${name}`))
  }
  store.space.clean(now)
  expect(kept()).toHaveLength(8)
  now += 3_595_000
  await ask(serving, origin.url('/a'))
  store.flush()
  store.space.clean(now + 10_000)
  expect(kept()).toEqual(['a', 'e', 'f', 'g', 'pinned'])
  for (let i = 0; i < 12; i++) {
    now += 1000
    await ask(serving, origin.url(`/new${i}`))
  }
  expect(store.blobs.used()).toBe(1000)
  expect(kept()).toEqual(expect.arrayContaining(['pinned', 'new11', 'new3']))
  expect(kept()).not.toContain('a')
})

test('the background scrub finds a blob that changed on the disk, and it is fetched anew', async () => {
  let now = Date.now()
  const bytes = randomBytes(5000)
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve({}, { now: () => now })
  const url = serving.fetchUrl(origin.url('/x'))
  await get(url)
  await serving.server.context.fetcher.idle()
  const { store } = serving.server.context
  await writeFile(store.blobs.file(sha256(bytes)), Buffer.alloc(5000))
  now += 8 * 86_400_000
  await scrubNext(store, now)
  expect([store.blobs.count(), store.counters.all().damaged]).toEqual([0, 1])
  expect((await get(url)).body.equals(bytes)).toBe(true)
})

test('tokens: reading may need one, each has its rate and its own quota', async () => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  const token = (name: string, more: object) => ({
    name,
    sha256: digest(name),
    scopes: ['read', 'write'] as const,
    namespaces: [],
    quota: 0,
    rate: 0,
    ...more,
  })
  await using origin = await startOrigin((request, response) => sendFile(request, response, Buffer.from('x')))
  await using serving = await serve({
    requireToken: true,
    tokens: [token('reader', {}), token('hasty', { rate: 1 }), token('small', { quota: 1000 })],
    namespaces: [{ name: 'n', quota: 1e6, largest: 1e6, anonymous: 'none' }],
  })
  const url = serving.fetchUrl(origin.url('/x'))
  const as = (bearer: string) => ({ headers: { authorization: `Bearer ${bearer}` } })
  expect([
    (await get(url)).status,
    (await get(url, as('stolen'))).status,
    (await get(url, as('reader'))).status,
  ]).toEqual([401, 401, 200])
  const hasty = await Promise.all(Array.from({ length: 30 }, () => get(url, as('hasty'))))
  const limited = hasty.filter(({ status }) => status === 429)
  expect(limited.length).toBeGreaterThan(10)
  expect(limited[0]?.headers['retry-after']).toBe('1')
  const put = (name: string, bytes: number) =>
    get(`${serving.server.url}/objects/n/${name}`, { ...as('small'), method: 'PUT', body: randomBytes(bytes) })
  expect([(await put('a', 900)).status, (await put('b', 200)).status, (await put('c', 100)).status]).toEqual([
    201, 507, 201,
  ])
})

test('the command line prefetches, pins, refreshes, shows, purges, verifies and collects', async () => {
  let version = 1
  await using origin = await startOrigin((request, response) => sendFile(request, response, Buffer.from(`v${version}`)))
  await using serving = await serve()
  const url = origin.url('/file')
  const cache = async (action: string, ...more: string[]) => {
    const { stdout, exitCode } = await runCommand({
      argv: [lkft, 'cache', action, '--dir', serving.directory, ...more],
    })
    return { exitCode, ...(JSON.parse(stdout) as object) }
  }
  expect(await cache('prefetch', url)).toMatchObject({ exitCode: 0, status: 200, size: 2, cached: false })
  expect(await cache('pin', url)).toMatchObject({ found: true, pinned: true })
  version = 2
  expect(await cache('refresh', url)).toMatchObject({ status: 200, digest: sha256(Buffer.from('v2')) })
  expect(await cache('show', url)).toMatchObject({ url, pinned: true, size: 2 })
  expect(await cache('unpin', url)).toMatchObject({ found: true, pinned: false })
  expect(await cache('show', url)).toMatchObject({ url, pinned: false })
  expect(await cache('verify')).toMatchObject({ exitCode: 0, blobs: 1, damaged: [] })
  const got = await runCommand({ argv: [lkft, 'cache', 'get', '--server', serving.server.url, url] })
  expect(got.stdout).toBe('v2')
  expect(await cache('purge', url)).toMatchObject({ purged: true })
  expect(await cache('gc')).toMatchObject({ exitCode: 0, used: 0 })
  expect(await cache('stat')).toMatchObject({ resources_successes: 0, statistics_successes: 2 })
  expect(await cache('prefetch', 'http://nobody.example/x').catch(() => 'refused')).toBe('refused')
})
