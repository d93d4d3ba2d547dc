import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { LavaRequest } from '#lab/lava/lava-request'
import { runOnLava } from '#lab/lava/run-on-lava'
import { silentReporter } from '#log/reporter'

const token = 's3cret-token'
const job = `device_type: qemu
job_name: smoke
context: {arch: arm64}
actions:
- deploy: {images: {kernel: {url: '@kernel@'}}}
- test: {note: 'mail a@b.c and @unknown@'}
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-lava-test-'))
  await writeFile(join(folder, 'job.yaml'), job)
})
afterAll(() => rm(folder, { recursive: true }))

interface Answer {
  readonly status: number
  readonly body: unknown
}

type Answers = (call: string, nth: number, body: string) => Answer | undefined

/** A server that says what a LAVA server was seen to say, call by call. */
async function serve(answers: Answers) {
  const calls: { call: string; authorization: string | undefined; body: string }[] = []
  const reply = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of asked) body += String(chunk)
    const call = `${asked.method} ${(asked.url ?? '').replace('/api/v0.2/', '')}`
    calls.push({ call, authorization: asked.headers.authorization, body })
    const answer = answers(call, calls.filter((one) => one.call === call).length, body)
    if (answer === undefined) return void asked.socket.destroy()
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    response.writeHead(answer.status).end(text)
  }
  const server = createServer((asked, response) => void reply(asked, response)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    calls,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const log = [
  `- {"dt": "2026-01-01T00:00:00.0", "lvl": "info", "msg": "start: 1 deploy"}`,
  `- {"dt": "2026-01-01T00:00:01.0", "lvl": "target", "msg": "[    0.000000] Linux version 6.6.1 (x@y)"}`,
  `- {"dt": "2026-01-01T00:00:02.0", "lvl": "target", "msg": "ok \\u001b[6n"}`,
  `- {"dt": "2026-01-01T00:00:03.0", "lvl": "results", "msg": {"case": "uname", "definition": "0_smoke", "result": "pass", "starttc": ! "537"}}`,
  `- {"dt": "2026-01-01T00:00:03.1", "lvl": "results", "msg": {"case": "speed", "definition": "0_smoke", "measurement": "3.5", "units": "seconds", "result": "pass"}}`,
  `- {"dt": "2026-01-01T00:00:04.0", "lvl": "results", "msg": {"case": "job", "definition": "lava", "result": "pass"}}`,
].map((line) => `${line}\n`)

const good: Answers = (call, nth, body) => {
  if (call === 'GET system/whoami/') return { status: 200, body: { user: 'me' } }
  if (call === 'POST jobs/') {
    const { definition } = JSON.parse(body) as { definition: string }
    return { status: definition.includes('lkft-') ? 201 : 400, body: { message: 'ok', job_ids: ['7'] } }
  }
  if (call === 'GET jobs/7/') {
    const state = nth === 1 ? 'Submitted' : nth < 4 ? 'Running' : 'Finished'
    return { status: 200, body: { state, health: state === 'Finished' ? 'Complete' : 'Unknown', actual_device: 'q1' } }
  }
  const start = /^GET jobs\/7\/logs\/\?start=(\d+)$/.exec(call)?.[1]
  if (start !== undefined) {
    // A line is cut in the middle on the first look; past the end there is 404.
    const fresh = log.slice(Number(start)).join('')
    return fresh === '' ? { status: 404, body: '' } : { status: 200, body: nth === 1 ? fresh.slice(0, 250) : fresh }
  }
  if (call.startsWith('GET jobs/7/suites/?')) {
    return { status: 200, body: { next: null, results: [{ id: 3, name: '0_smoke' }] } }
  }
  if (call.startsWith('GET jobs/7/suites/3/tests/')) {
    const page = call.endsWith('offset=0')
      ? { next: 'more', results: [{ name: 'uname', result: 'pass', measurement: null, units: '' }] }
      : { next: null, results: [{ name: 'lost-in-log', result: 'unknown', measurement: null, units: '' }] }
    return { status: 200, body: page }
  }
  if (call === 'GET jobs/7/cancel/') return { status: 200, body: {} }
  return { status: 404, body: '<html>no</html>' }
}

function request(server: string, change: Partial<LavaRequest> = {}): LavaRequest {
  const outputDir = join(folder, `run-${Math.random()}`)
  return { server, token, jobFile: join(folder, 'job.yaml'), values: {}, outputDir, kunit: false, pollMs: 5, ...change }
}

const { signal } = new AbortController()
const context = { reporter: silentReporter, signal }

describe('a job on a LAVA server', { timeout: 30_000 }, () => {
  test('is followed to its end; results come from the log and, page by page, from the server', async () => {
    await using server = await serve(good)
    const asked = request(server.url, { values: { kernel: 'http://files/Image: {"x"}' } })
    const run = await runOnLava(asked, context)
    expect(run).toMatchObject({
      verdict: 'fail',
      cause: { message: 'failed: smoke/lost-in-log' },
      device: 'qemu',
      board: 'q1',
      arch: 'arm64',
      kernel_started: true,
      kernel: { release: '6.6.1' },
      counts: { pass: 2, fail: 1, skip: 0 },
    })
    const tests = (await readFile(join(asked.outputDir, 'tests.ndjson'), 'utf8')).trim().split('\n')
    expect(tests.map((line) => JSON.parse(line) as unknown)).toEqual([
      { suite: 'smoke', test: 'uname', status: 'pass' },
      { suite: 'smoke', test: 'speed', status: 'pass', measurement: 3.5, unit: 'seconds' },
      { suite: 'smoke', test: 'lost-in-log', status: 'fail', reason: 'missing' },
    ])
    const body = server.calls.find(({ call }) => call === 'POST jobs/')?.body ?? ''
    const { definition } = JSON.parse(body) as { definition: string }
    expect(parse(definition)).toEqual({
      device_type: 'qemu',
      job_name: expect.stringMatching(/^smoke \[lkft-[0-9a-f]{12}\]$/),
      context: { arch: 'arm64' },
      actions: [
        { deploy: { images: { kernel: { url: 'http://files/Image: {"x"}' } } } },
        { test: { note: 'mail a@b.c and @unknown@' } },
      ],
    })
    expect(server.calls.every(({ authorization }) => authorization === `Token ${token}`)).toBe(true)
    for (const file of ['run.json', 'console.log', 'output.log']) {
      expect(await readFile(join(asked.outputDir, file), 'utf8')).not.toContain(token)
    }
  })

  test('is not submitted twice when the answer got lost', async () => {
    await using server = await serve((call, nth, body) => {
      if (call === 'POST jobs/') return undefined
      if (call.startsWith('GET jobs/?description__contains=lkft-')) {
        return { status: 200, body: { next: null, results: [{ id: 7 }] } }
      }
      return good(call, nth, body)
    })
    expect(await runOnLava(request(server.url), context)).toMatchObject({ board: 'q1' })
    expect(server.calls.filter(({ call }) => call === 'POST jobs/')).toHaveLength(1)
  })

  test('is cancelled on the server when the run is interrupted', async () => {
    const stop = new AbortController()
    await using server = await serve((call, nth, body) => {
      if (call === 'GET jobs/7/') {
        if (nth === 2) stop.abort(new Error('stopped'))
        return { status: 200, body: { state: 'Running', health: 'Unknown' } }
      }
      return good(call, nth, body)
    })
    const run = await runOnLava(request(server.url), { reporter: silentReporter, signal: stop.signal })
    expect(run).toMatchObject({ state: 'cancelled', verdict: 'cancelled' })
    expect(server.calls.at(-1)?.call).toBe('GET jobs/7/cancel/')
  })

  test("that gets no device is cancelled, and is the lab's fault", async () => {
    await using server = await serve((call, nth, body) =>
      call === 'GET jobs/7/' ? { status: 200, body: { state: 'Submitted', health: 'Unknown' } } : good(call, nth, body),
    )
    const run = await runOnLava(request(server.url, { queueSeconds: 0.01 }), context)
    expect(run).toMatchObject({
      verdict: 'infra',
      cause: { code: 'LAB_FAILED', message: expect.stringContaining('did not begin') },
    })
    expect(server.calls.at(-1)?.call).toBe('GET jobs/7/cancel/')
  })

  test.each([
    [{ status: 403, body: { detail: 'Invalid token.' } }, /refuses the token/],
    [{ status: 200, body: { user: '' } }, /knows nobody by this token/],
  ])('is not submitted with a bad token', async (answer, message) => {
    await using server = await serve(() => answer)
    const refused = runOnLava(request(server.url), context)
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.not.toThrow(token)
  })

  test("that the server does not accept is the caller's fault, in the server's words", async () => {
    await using server = await serve((call, nth, body) =>
      call === 'POST jobs/'
        ? { status: 400, body: { message: "Devices unavailable: Device type 'x' is unavailable." } }
        : good(call, nth, body),
    )
    const run = await runOnLava(request(server.url), context)
    expect(run).toMatchObject({
      verdict: 'error',
      cause: { message: expect.stringContaining("Device type 'x' is unavailable") },
    })
  })
})
