import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSettings } from '#cache-server/read-settings'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

test("a host's credentials from the configuration go to that host alone and are nowhere to be read", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-secret-'))
  await using elsewhere = await startOrigin((request, response) => sendFile(request, response, Buffer.from('moved')))
  await using origin = await startOrigin((request, response) => {
    if (request.headers.authorization !== 'Bearer t0psecret') response.writeHead(401).end()
    else if (request.url === '/moved') response.writeHead(302, { Location: elsewhere.url('/x') }).end()
    else sendFile(request, response, Buffer.from('private'))
  })
  await writeFile(join(folder, 'secret'), 'Bearer t0psecret\n')
  const config = join(folder, 'cache.yaml')
  await writeFile(
    config,
    `version: 1
access-log: access.log
allow:
  - {host: 127.0.0.1, ports: [${origin.port}], authorization-file: secret}
  - {host: 127.0.0.1, ports: [${elsewhere.port}]}
`,
  )
  const directory = join(folder, 'cache')
  {
    const settings = await readSettings({ dir: directory, config, listen: '127.0.0.1:0', allowHost: [] })
    await using serving = await serve(settings)
    expect((await get(serving.fetchUrl(origin.url('/x')))).body.toString()).toBe('private')
    expect((await get(serving.fetchUrl(origin.url('/moved')))).body.toString()).toBe('moved')
    expect(elsewhere.seen[0]?.headers.authorization).toBeUndefined()
    for (const path of ['/', '/help/', '/resources/successes/', '/api/v1/live/', '/api/v1/status/', '/metrics']) {
      expect((await get(serving.server.url + path)).body.toString()).not.toContain('t0psecret')
    }
    await serving.server.context.fetcher.idle()
  }
  for (const file of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())) {
    if (file.name === 'secret') continue
    expect((await readFile(join(file.parentPath, file.name))).includes('t0psecret'), file.name).toBe(false)
  }
  await rm(folder, { recursive: true })
})

test("a client's own Authorization is forwarded where that is allowed, and its copies are for it alone", async () => {
  await using origin = await startOrigin((request, response) => {
    const who = request.headers.authorization
    if (who === undefined) response.writeHead(401).end()
    else sendFile(request, response, Buffer.from(who))
  })
  const entry = { host: '127.0.0.1', ports: [origin.port], private: false, allowDowngrade: false }
  await using open = await serve({ allow: [{ ...entry, forwardAuthorization: true }] })
  await using closed = await serve({ allow: [{ ...entry, forwardAuthorization: false }] })
  const ask = async (serving: typeof open, who: string) => {
    const { status, body } = await get(serving.fetchUrl(origin.url('/x')), { headers: { authorization: who } })
    await serving.server.context.fetcher.idle()
    return `${status} ${body.toString()}`
  }
  expect([await ask(open, 'Bearer a'), await ask(open, 'Bearer b'), await ask(open, 'Bearer a')]).toEqual([
    '200 Bearer a',
    '200 Bearer b',
    '200 Bearer a',
  ])
  expect(origin.seen).toHaveLength(2)
  expect((await get(open.fetchUrl(origin.url('/x')))).status).toBe(401)
  expect(await ask(closed, 'Bearer a')).toMatch(/^401 /)
})
