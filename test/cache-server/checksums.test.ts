import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { sendFile, sha256, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(300_000)

test('SHA256SUMS beside a file: the right bytes pass, others and unlisted ones are refused and not kept', async () => {
  let list = `${sha256(bytes)}  good.bin\n${sha256(Buffer.from('x'))} *bad.bin\n`
  await using origin = await startOrigin((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x')
    if (pathname === '/r1/SHA256SUMS')
      sendFile(request, response, Buffer.from(list), { headers: { 'Cache-Control': 'no-cache' } })
    else if (pathname.endsWith('.bin')) sendFile(request, response, bytes)
    else response.writeHead(404).end()
  })
  const rule = {
    match: '**/r1/**',
    dropParameters: [],
    staleWhileRevalidateSeconds: 0,
    staleIfErrorSeconds: 0,
    pin: false,
    mirrors: [],
  }
  await using serving = await serve({ rules: [{ ...rule, checksums: 'SHA256SUMS' }], fetch: { negativeMs: 1 } })
  const ask = (path: string, more = '') => get(serving.fetchUrl(origin.url(path), more))
  expect((await ask('/r1/good.bin')).body.equals(bytes)).toBe(true)
  expect((await ask('/r1/good.bin')).headers['cache-status']).toContain('hit')
  const bad = await ask('/r1/bad.bin')
  expect(bad.cut).toBe(true)
  const unlisted = await ask('/r1/other.bin')
  expect(unlisted).toMatchObject({ status: 502, body: Buffer.from('SHA256SUMS does not list other.bin\n') })
  const none = await ask('/r2/good.bin', '&checksums=SHA256SUMS')
  expect(none.status).toBe(502)
  expect(none.body.toString()).toContain('SHA256SUMS beside it: 127.0.0.1 answered 404')
  expect((await ask('/r2/good.bin', '&checksums=../x')).status).toBe(400)
  expect(origin.count('/r2/good.bin')).toBe(0)
  expect((await ask('/r1/SHA256SUMS')).body.toString()).toBe(list)
  await serving.server.context.fetcher.idle()
  // A new release replaces both: the kept copy is no longer the listed one.
  list = `${sha256(Buffer.from('new'))}  good.bin\n`
  expect((await ask('/r1/good.bin')).cut).toBe(true)
})
