import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freePort } from './free-port.ts'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(900_000)
const lkft = new URL('../../bin/lkft', import.meta.url).pathname

test('pages have an address of their own: nothing fetched is on their origin', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve({ pages: { host: '127.0.0.1', port: 0 } })
  const { url, pagesUrl = '' } = serving.server
  const statusOf = async (path: string) => [(await get(url + path)).status, (await get(pagesUrl + path)).status]
  for (const path of [
    '/',
    '/help/',
    '/statistics/',
    '/resources/successes/',
    '/static/page.css',
    '/static/icon.svg',
    '/metrics',
    '/api/v1/live/',
  ])
    expect(await statusOf(path), path).toEqual([404, 200])
  expect(await statusOf(`/api/v1/fetch/?url=${encodeURIComponent(origin.url('/x'))}`)).toEqual([200, 404])
  expect(await statusOf('/_apis/artifactcache/cache')).toEqual([401, 404])
  for (const path of ['/api/v1/status/', '/api/v1/health/']) expect(await statusOf(path)).toEqual([200, 200])
  expect((await get(`${pagesUrl}/help/`)).body.toString()).toContain(`${url}/api/v1/fetch/?url=URL`)
})

test('the access log says how each request was answered, with the bytes really sent and without secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-log-'))
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/none') response.writeHead(404).end()
    else sendFile(request, response, bytes)
  })
  const file = join(folder, 'access.log')
  {
    await using serving = await serve({ accessLog: file })
    const url = serving.fetchUrl(origin.url('/x?X-Amz-Signature=abc').replace('//', '//me:hidden@'))
    for (const headers of [{}, {}, { range: 'bytes=0-99' }]) {
      await get(url, { headers })
      await serving.server.context.fetcher.idle()
    }
    for (let i = 0; i < 2; i++) await get(serving.fetchUrl(origin.url('/none')))
  }
  const text = await readFile(file, 'utf8')
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.map(({ status, bytes: sent, cache }) => [status, sent, String(cache).replace(/; ttl=\d+/, '')])).toEqual(
    [
      [200, bytes.length, 'lkft; fwd=uri-miss; stored'],
      [200, bytes.length, 'lkft; hit'],
      [206, 100, 'lkft; hit'],
      [404, 23, 'lkft; fwd=uri-miss'],
      [404, 23, 'lkft; hit; detail=negative'],
    ],
  )
  expect(text).not.toMatch(/hidden|abc/)
  await rm(folder, { recursive: true })
})

test('systemd hands its socket over, and a stop lets the running answer end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-socket-'))
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes, { speed: 6e5 }))
  const port = await freePort()
  const child: ChildProcess = spawn(
    'systemd-socket-activate',
    ['-l', `127.0.0.1:${port}`, '-E', 'PATH', lkft, 'cache', 'serve', '--dir', folder, '--allow-host', '127.0.0.1'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const base = `http://127.0.0.1:${port}`
  while ((await fetch(`${base}/api/v1/health/`).catch(() => undefined)) === undefined) await sleep(50)
  const slow = get(`${base}/api/v1/fetch/?url=${encodeURIComponent(origin.url('/slow'))}`)
  await sleep(400)
  child.kill('SIGTERM')
  const got = await slow
  expect({ cut: got.cut, same: got.body.equals(bytes) }).toEqual({ cut: false, same: true })
  expect(await ended).toBe(0)
  await rm(folder, { recursive: true })
})

test('nginx in front sends kept files itself, with upstream’s validators, and ranges of them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-nginx-'))
  const example = new URL('../../examples/cache-server/nginx.conf', import.meta.url)
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes, { etag: '"up"' }))
  await using serving = await serve({ trustedProxies: ['127.0.0.1'], accelPrefix: '/blobs/' })
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  const text = (await readFile(example, 'utf8'))
    .replaceAll('/srv/cache/', `${serving.directory}/`)
    .replaceAll('cache:8080', new URL(serving.server.url).host)
    .replaceAll('listen 80;', `listen 127.0.0.1:${port};`)
  await writeFile(
    file,
    `daemon off; pid ${folder}/pid; error_log ${folder}/error; ${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http { access_log off; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
${text} }`,
  )
  const nginx = spawn('nginx', ['-c', file, '-p', folder], { stdio: 'inherit' })
  const ended = new Promise((resolve) => nginx.once('exit', resolve))
  try {
    const url = serving.fetchUrl(origin.url('/file.bin')).replace(serving.server.url, `http://127.0.0.1:${port}`)
    while ((await get(`http://127.0.0.1:${port}/api/v1/health/`).catch(() => undefined)) === undefined) await sleep(50)
    expect((await get(url)).body.equals(bytes)).toBe(true)
    await serving.server.context.fetcher.idle()
    const kept = await get(url)
    expect(kept.body.equals(bytes)).toBe(true)
    expect(kept.headers).toMatchObject({
      etag: '"up"',
      'content-type': 'application/x-test',
      'cache-status': expect.stringContaining('hit'),
      'content-security-policy': expect.stringContaining('sandbox'),
    })
    expect(kept.headers['x-accel-redirect']).toBeUndefined()
    const part = await get(url, { headers: { range: 'bytes=10-19', 'if-range': '"up"' } })
    expect({ status: part.status, same: part.body.equals(bytes.subarray(10, 20)) }).toEqual({ status: 206, same: true })
    expect((await get(url, { headers: { range: 'bytes=10-19' } })).body.equals(bytes.subarray(10, 20))).toBe(true)
    expect((await get(url, { headers: { 'if-none-match': '"up"' } })).status).toBe(304)
    // Nobody who goes round the proxy gets an empty answer, and nobody reaches the blobs by name.
    expect((await get(`http://127.0.0.1:${port}/blobs/`)).status).toBe(404)
  } finally {
    nginx.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  }
})
