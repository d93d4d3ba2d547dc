import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { sendFile, startOrigin } from './origin.ts'
import { get, type Serving, serve } from './serving.ts'

const small = randomBytes(1024)
const large = randomBytes(2_000_000)

/** Writes pieces to a fresh connection, a moment apart, and reads until it is closed. */
function converse(serving: Serving, pieces: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(new URL(serving.server.url).port), '127.0.0.1')
    const write = (index: number): void => {
      if (index === pieces.length) return
      socket.write(pieces[index] ?? '', 'latin1')
      setTimeout(write, 30, index + 1)
    }
    socket.once('connect', () => write(0))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.once('error', reject)
    socket.once('close', () => resolve(Buffer.concat(chunks)))
  })
}

/** The bodies of answers that follow each other, by their Content-Length. */
function bodiesOf(bytes: Buffer): readonly { readonly status: number; readonly body: Buffer; readonly head: string }[] {
  const found = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n\r\n', at)
    const head = bytes.toString('latin1', at, end)
    const length = Number(/\r\nContent-Length: (\d+)/i.exec(head)?.[1])
    found.push({ status: Number(head.slice(9, 12)), body: bytes.subarray(end + 4, end + 4 + length), head })
    at = end + 4 + length
  }
  return found
}

async function warm(serving: Serving, url: string): Promise<string> {
  for (let i = 0; i < 4; i++) {
    await get(url)
    await serving.server.context.fetcher.idle()
    await sleep(20)
  }
  return url.slice(serving.server.url.length)
}

test('plain requests from memory and any others share a connection, in order, with the same answers', async () => {
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, request.url === '/small' ? small : large, { etag: '"a"' }),
  )
  await using serving = await serve()
  const hot = await warm(serving, serving.fetchUrl(origin.url('/small')))
  const cold = serving.fetchUrl(origin.url('/large')).slice(serving.server.url.length)
  const plain = `GET ${hot} HTTP/1.1\r\nHost: a\r\n\r\n`
  const ranged = `GET ${hot} HTTP/1.1\r\nHost: a\r\nRange: bytes=10-19\r\n\r\n`
  const other = `GET ${cold} HTTP/1.1\r\nHost: a\r\n\r\n`
  const last = `GET ${hot} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`
  const posted = `POST ${hot} HTTP/1.1\r\nHost: a\r\nContent-Length: ${plain.length}\r\n\r\n${plain}`
  const [wholeSmall, part] = [small, small.subarray(10, 20)]
  for (const { pieces, expected } of [
    { pieces: [plain, plain, last], expected: [wholeSmall, wholeSmall, wholeSmall] },
    {
      pieces: [plain + plain + ranged + plain + last],
      expected: [wholeSmall, wholeSmall, part, wholeSmall, wholeSmall],
    },
    { pieces: [plain + other + plain + last], expected: [wholeSmall, large, wholeSmall, wholeSmall] },
    { pieces: [plain.slice(0, 40), plain.slice(40), last], expected: [wholeSmall, wholeSmall] },
    { pieces: [plain + plain.slice(0, 9), plain.slice(9) + last], expected: [wholeSmall, wholeSmall, wholeSmall] },
  ]) {
    const answers = bodiesOf(await converse(serving, pieces))
    expect(answers.map(({ body }) => body.toString('hex'))).toEqual(expected.map((body) => body.toString('hex')))
  }
  // The request inside a body is a body.
  const [first, refused, ...more] = bodiesOf(await converse(serving, [plain + posted + last]))
  expect([first?.status, refused?.status, more.length]).toEqual([200, 405, 1])
  const [bad] = bodiesOf(await converse(serving, ['GET / HTTP/1.1\r\n\r\n']))
  expect(bad?.status).toBe(400)
})

test('the head from memory is the one of node:http, and the access log and counters know of both', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, small, { etag: '"a"' }))
  const folder = await mkdtemp(join(tmpdir(), 'lkft-lane-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const log = join(folder, 'access.log')
  await using serving = await serve({ accessLog: log })
  const hot = await warm(serving, serving.fetchUrl(origin.url('/small')))
  const plain = `GET ${hot} HTTP/1.1\r\nHost: a\r\nUser-Agent: one\r\n\r\n`
  const viaHttp = `GET ${hot} HTTP/1.1\r\nHost: a\r\nUser-Agent: two\r\nX-Other: a\r\n\r\n`
  const last = `GET ${hot} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`
  const before = serving.server.context.store.counters.all()
  const [fromLane, fromHttp] = bodiesOf(await converse(serving, [plain + viaHttp + last]))
  const lines = (head = ''): readonly string[] =>
    head
      .split('\r\n')
      .filter((line) => !/^(Date|Age|Cache-Status):/.test(line))
      .toSorted()
  expect(lines(fromLane?.head)).toEqual(lines(fromHttp?.head))
  for (const name of ['Date', 'Age', 'Cache-Status']) expect(fromLane?.head).toContain(`\r\n${name}: `)
  const after = serving.server.context.store.counters.all()
  expect([after.hits - before.hits, after.upload - before.upload]).toEqual([3, 3 * 1024])
  await serving.server.drain(200)
  const logged = (await readFile(log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  for (const agent of ['one', 'two']) {
    expect(logged.find((line) => line['agent'] === agent)).toMatchObject({
      status: 200,
      bytes: 1024,
      client: '127.0.0.1',
    })
  }
})

test('a purged file is not answered from memory, and a stopping server closes waiting connections', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, small))
  await using serving = await serve()
  const url = serving.fetchUrl(origin.url('/small'))
  const hot = await warm(serving, url)
  const { store } = serving.server.context
  const [resource] = store.resources.list('successes', '-last_usage', 0, 1)
  expect(resource).toBeDefined()
  if (resource !== undefined) store.remove(resource)
  await get(url)
  expect(origin.count('/small')).toBe(2)
  const waiting = converse(serving, [`GET ${hot} HTTP/1.1\r\nHost: a\r\n\r\n`])
  await sleep(100)
  const began = performance.now()
  await serving.server.drain(60_000)
  expect((await waiting).length).toBeGreaterThan(1024)
  expect(performance.now() - began).toBeLessThan(50_000)
})

test('a client that sends many requests and reads nothing does not fill the memory', async () => {
  const some = randomBytes(60_000)
  await using origin = await startOrigin((request, response) => sendFile(request, response, some))
  await using serving = await serve()
  const hot = await warm(serving, serving.fetchUrl(origin.url('/some')))
  const socket = connect(Number(new URL(serving.server.url).port), '127.0.0.1')
  socket.pause()
  await new Promise((resolve) => socket.once('connect', resolve))
  const before = process.memoryUsage().external
  const many = `GET ${hot} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(400)
  for (let i = 0; i < 20; i++) socket.write(many)
  await sleep(500)
  expect(serving.server.context.store.counters.all().hits).toBeLessThan(2000)
  expect(process.memoryUsage().external - before).toBeLessThan(100e6)
  socket.destroy()
})
