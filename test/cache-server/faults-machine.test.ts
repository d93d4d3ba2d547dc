import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freePort } from './free-port.ts'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const lkft = new URL('../../bin/lkft', import.meta.url).pathname

test('a full disk: the file is streamed whole and not kept, and small ones still are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-full-'))
  const large = Buffer.alloc(60 * 2 ** 20, 'large')
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, request.url === '/small' ? Buffer.from('small') : large),
  )
  const port = await freePort()
  // 64 MiB are always left free: of 100 MiB a file of 60 MiB has no room.
  const script =
    'mount -t tmpfs -o size=100m none "$1" && exec "$2" cache serve --dir "$1/cache" --listen "$3" --allow-host 127.0.0.1'
  const child = spawn('unshare', ['-rm', 'sh', '-c', script, 'sh', folder, lkft, `127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    const base = `http://127.0.0.1:${port}`
    while ((await fetch(`${base}/api/v1/health/`).catch(() => undefined)) === undefined) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
      await sleep(50)
    }
    const fetched = async (path: string) => get(`${base}/api/v1/fetch/?url=${encodeURIComponent(origin.url(path))}`)
    for (let i = 1; i <= 2; i++) {
      const got = await fetched('/large')
      expect({ status: got.status, cut: got.cut, same: got.body.equals(large) }).toEqual({
        status: 200,
        cut: false,
        same: true,
      })
      expect(origin.count('/large')).toBe(i)
      await sleep(100)
    }
    for (let i = 0; i < 2; i++) expect((await fetched('/small')).body.toString()).toBe('small')
    await sleep(100)
    const status = (await (await fetch(`${base}/api/v1/status/`)).json()) as { resources_successes: number }
    expect(status.resources_successes).toBe(1)
  } finally {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  }
})

test('a client that reads or sends very slowly holds up nobody, and an unfinished request head is dropped', async () => {
  const bytes = randomBytes(3_000_000)
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using serving = await serve()
  const { hostname, port } = new URL(serving.server.url)
  const path = serving.fetchUrl(origin.url('/x')).slice(serving.server.url.length)
  const slow = Array.from({ length: 50 }, (_, i) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    // Half never finish their head, half never read what they asked for.
    socket.write(
      i % 2 === 0 ? `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Slow: ` : `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
    )
    socket.pause()
    return socket
  })
  await sleep(200)
  const got = await get(serving.fetchUrl(origin.url('/x')))
  expect(got.body.equals(bytes)).toBe(true)
  expect(origin.count('/x')).toBe(1)
  const dropped = new Promise((resolve) => slow[0]?.once('close', resolve))
  slow[0]?.resume()
  await dropped
  for (const socket of slow) socket.destroy()
})
