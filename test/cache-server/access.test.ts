import { createHash, randomBytes } from 'node:crypto'
import type { LookupAddress } from 'node:dns'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type AllowEntry, parseAllowHost } from '#cache-server/access/upstream-rules'
import type { Lookup } from '#cache-server/upstream/dialer'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(100_000)

function allow(...hosts: readonly string[]): AllowEntry[] {
  return hosts.map((host) => parseAllowHost(host)).filter((entry) => entry !== undefined)
}

test('nothing is fetched until it is listed, and the refusal names the line that is missing', async () => {
  await using serving = await serve({ allow: [], configFile: '/etc/lkft/cache.yaml' })
  const { status, body } = await get(serving.fetchUrl('https://files.example.org:8443/x'))
  expect(status).toBe(403)
  expect(body.toString()).toContain(
    `add "- {host: 'files.example.org', ports: [8443]}" under "allow:" in /etc/lkft/cache.yaml`,
  )
})

test.for([
  'http://127.0.0.1:PORT/x',
  'http://2130706433:PORT/x',
  'http://0x7f.1:PORT/x',
  'http://0177.0.0.1:PORT/x',
  'http://127.1:PORT/x',
  'http://[::1]:PORT/x',
  'http://[::ffff:127.0.0.1]:PORT/x',
  'http://[::ffff:7f00:1]:PORT/x',
  'http://[::127.0.0.1]:PORT/x',
  'http://[2002:7f00:1::]:PORT/x',
  'http://[64:ff9b::127.0.0.1]:PORT/x',
  'http://１２７.0.0.1:PORT/x',
  'http://localhost:PORT/x',
  'http://localhost.:PORT/x',
  'http:/\\127.0.0.1:PORT/x',
  'http://good.example@127.0.0.1:PORT/x',
])('an address inside is not reached under any spelling: %s', async (url) => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve({ allow: allow('good.example', '*.example.org') })
  expect((await get(serving.fetchUrl(url.replace('PORT', String(origin.port))))).status).toBe(403)
  expect(origin.seen).toHaveLength(0)
})

test('an allowed name that leads inside is refused at the dialled address, also when DNS changes its answer', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  const answers: LookupAddress[][] = [[{ address: '93.184.216.34', family: 4 }], [{ address: '127.0.0.1', family: 4 }]]
  let asked = 0
  const resolve: Lookup = (_, done) => done(null, answers[Math.min(asked++, 1)] ?? [])
  const entry = { ...allow('rebinding.example')[0], ports: [origin.port] } as AllowEntry
  await using serving = await serve({ allow: [entry], fetch: { firstByteMs: 800, connectTimeoutMs: 300 } }, { resolve })
  const url = serving.fetchUrl(`http://rebinding.example:${origin.port}/x`)
  await get(url)
  const second = await get(`${url}2`)
  expect(second.status).toBe(403)
  expect(second.body.toString()).toContain('private address 127.0.0.1, which needs an entry of its own')
  expect(origin.seen).toHaveLength(0)
})

test('a name with private: true, or an entry for the address, does reach inside', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  const resolve: Lookup = (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }])
  const named = { ...allow('artifacts.lab')[0], ports: [origin.port] } as AllowEntry
  for (const entries of [[{ ...named, private: true }], [named, ...allow('127.0.0.0/8')]]) {
    await using serving = await serve({ allow: entries }, { resolve })
    expect((await get(serving.fetchUrl(`http://artifacts.lab:${origin.port}/x`))).status).toBe(200)
  }
})

test('client networks go by the peer, and by X-Forwarded-For only through a trusted proxy', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  const forwarded = { headers: { 'x-forwarded-for': '10.1.2.3' } }
  await using closed = await serve({ clientNetworks: ['10.0.0.0/8'] })
  expect((await get(closed.fetchUrl(origin.url('/x')), forwarded)).status).toBe(403)
  await using proxied = await serve({ clientNetworks: ['10.0.0.0/8'], trustedProxies: ['127.0.0.1'] })
  expect((await get(proxied.fetchUrl(origin.url('/x')), forwarded)).status).toBe(200)
  const spoofed = { headers: { 'x-forwarded-for': '10.1.2.3, 192.0.2.9' } }
  expect((await get(proxied.fetchUrl(origin.url('/x')), spoofed)).status).toBe(403)
  expect((await get(`${closed.server.url}/api/v1/status/`)).status).toBe(200)
})

test('credentials in a URL are sent, kept out of every page, and keep their copies apart', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.headers.authorization === undefined) response.writeHead(401).end()
    else sendFile(request, response, bytes)
  })
  await using serving = await serve()
  const secret = `http://user:s3cret@127.0.0.1:${origin.port}/x`
  expect((await get(serving.fetchUrl(secret))).status).toBe(200)
  expect(origin.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('user:s3cret').toString('base64')}`)
  expect((await get(serving.fetchUrl(origin.url('/x')))).status).toBe(401)
  for (const place of ['/resources/successes/', '/resources/failures/', '/api/v1/live/', '/metrics']) {
    expect((await get(serving.server.url + place)).body.toString()).not.toContain('s3cret')
  }
  expect((await readFile(join(serving.directory, 'index.sqlite'))).includes('s3cret')).toBe(false)
})

test('what is served is sandboxed and shown text is escaped', async () => {
  await using origin = await startOrigin((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<script>alert(1)</script>')
  })
  await using serving = await serve()
  const { headers } = await get(serving.fetchUrl(origin.url('/<script>alert(1)</script>.html')))
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'content-disposition': 'attachment',
  })
  const page = await get(`${serving.server.url}/resources/successes/?order=%22%3E%3Cscript%3E`)
  expect(page.status).toBe(400)
  expect((await get(`${serving.server.url}/resources/successes/`)).body.toString()).not.toContain('<script>alert')
})

test('objects need a token of their namespace: a pull request cannot change what main reads', async () => {
  const digest = (token: string): string => createHash('sha256').update(token).digest('hex')
  const token = (name: string, namespaces: string[]) =>
    ({ name, sha256: digest(name), scopes: ['write'], namespaces, quota: 0, rate: 0 }) as const
  const namespace = (name: string) => ({ name, quota: 300_000, largest: 200_000, anonymous: 'read' }) as const
  await using serving = await serve({
    tokens: [token('main-token', ['main']), token('pull-token', ['pull'])],
    namespaces: [namespace('main'), namespace('pull')],
  })
  const place = (name: string): string => `${serving.server.url}/objects/main/${name}`
  const as = (name: string) => ({ authorization: `Bearer ${name}` })
  const put = (name: string, bearer: string, body = bytes) =>
    get(place(name), { method: 'PUT', headers: as(bearer), body })
  expect((await put('a', 'main-token')).status).toBe(201)
  expect((await put('a', 'pull-token', randomBytes(10))).status).toBe(403)
  expect((await get(place('a'), { method: 'DELETE', headers: as('pull-token') })).status).toBe(403)
  expect((await get(place('a'), { method: 'PUT', body: 'x' })).status).toBe(401)
  expect((await put('a', 'stolen')).status).toBe(401)
  expect((await get(place('a'))).body.equals(bytes)).toBe(true)
  expect((await put('big', 'main-token', randomBytes(200_001))).status).toBe(413)
  for (const name of ['b', 'c', 'd']) expect((await put(name, 'main-token', randomBytes(99_000))).status).toBe(201)
  const there = await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (name) => (await get(place(name), { method: 'HEAD' })).status),
  )
  expect(there.filter((status) => status === 200)).toHaveLength(3)
  expect(there.at(-1)).toBe(200)
})

test('administration needs the token in the directory, and a corrupted blob is found by verify', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve()
  const url = serving.fetchUrl(origin.url('/x'))
  await get(url)
  await serving.server.context.fetcher.idle()
  const token = await readFile(join(serving.directory, 'admin-token'), 'utf8')
  const admin = (action: string, bearer: string) =>
    get(`${serving.server.url}/api/v1/admin/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}` },
    })
  expect((await admin('verify', 'guess')).status).toBe(401)
  expect(JSON.parse((await admin('verify', token)).body.toString())).toMatchObject({ blobs: 1, damaged: [] })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await writeFile(serving.server.context.store.blobs.file(sha256), Buffer.alloc(bytes.length))
  expect(JSON.parse((await admin('verify', token)).body.toString())).toMatchObject({ blobs: 1, damaged: [sha256] })
  expect((await get(url)).body.equals(bytes)).toBe(true)
  expect(origin.count('/x')).toBe(2)
})
