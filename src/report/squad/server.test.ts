import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentReporter } from '#log/reporter'
import { readResults } from '#report/read-results'
import { results, writeRun } from '#report/sample-stages'
import { parseSquadAddress } from '#report/squad/address'
import { submitToSquad } from '#report/squad/submit'
import { submitToKcidb } from '#report/submit-kcidb'
import { eachObservation } from '#results/result-table'

const context = { reporter: silentReporter, signal: new AbortController().signal }
let folder = ''
let address = ''
let asked: string[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`)
  void answer(request, response)
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-squad-'))
  asked = []
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

/** A build of two test runs over two pages, in the shapes of SQUAD's REST API. */
function api(path: string): unknown {
  const page = (items: readonly object[], next: string | null = null) => ({ count: items.length, next, results: items })
  const run = (id: number, environment: number) => ({
    id, environment: `${address}/api/environments/${environment}/`, tests_file: `${address}/api/testruns/${id}/tests_file/`,
  }) // prettier-ignore
  if (path.startsWith('/api/builds/?')) return page([{ id: 7, version: 'v6.12' }])
  if (path === '/api/testruns/?build=7') return page([run(1, 3)], `${address}/api/testruns/?build=7&offset=50`)
  if (path === '/api/testruns/?build=7&offset=50') return page([run(2, 4)])
  if (path === '/api/environments/3/') return { id: 3, slug: 'x15' }
  if (path === '/api/environments/4/') return { id: 4, slug: 'juno-r2' }
  if (path === '/api/testruns/1/tests_file/') return { 'ltp/a': 'pass', 'ltp/b': { result: 'fail', log: 'why' } }
  return { boot: 'PASS' }
}

test('a build of a server is read over all pages, a busy answer asked again', async () => {
  let busy = true
  answer = (request, response) => {
    if (busy) response.writeHead(503).end('later')
    else response.end(JSON.stringify(api(request.url ?? '')))
    busy = false
  }
  const side = await readResults(`squad+${address}/lkft/linux-next/v6.12`, context)
  const rows = [...eachObservation(side.results)].map(({ environment, suite, test: name, observation: { history } }) =>
    [environment, suite, name, history].join(' '),
  )
  expect(rows).toEqual(['x15 ltp a P', 'x15 ltp b F', 'juno-r2 / boot P'])
  const query = 'project__group__slug=lkft&project__slug=linux-next&version=v6.12'
  expect(asked.slice(0, 2)).toEqual([`GET /api/builds/?${query}`, `GET /api/builds/?${query}`])
})

test.each([
  ['no such build', () => ({ results: [] }), 'has no build v6.12 of lkft/linux-next'],
  [
    'another host',
    () => ({ results: [{ id: 7, environment: 'https://evil.example/', tests_file: null }] }),
    'another host',
  ],
  ['another shape', () => ({ other: 1 }), "the field 'results' is missing"],
])('%s is a clear error', async (_, made, message) => {
  answer = (_request, response) => void response.end(JSON.stringify(made()))
  await expect(readResults(`squad+${address}/lkft/linux-next/v6.12`, context)).rejects.toThrow(message)
})

test('a server that refuses is named with its answer', async () => {
  answer = (_request, response) => void response.writeHead(401).end('{"detail":"Invalid token."}')
  await expect(readResults(`squad+${address}/g/p/b`, context)).rejects.toMatchObject({
    code: 'FETCH_FAILED',
    message: expect.stringContaining('401 {"detail":"Invalid token."}'),
  })
})

test('runs are submitted to a KCIDB server with its token', async () => {
  const bodies: string[] = []
  answer = async (request, response) => {
    bodies.push(
      `${request.headers.authorization} ${request.headers['content-type']} ${(await buffer(request)).toString()}`,
    )
    response.end('{}')
  }
  await writeRun(join(folder, 'run'), results('ltp/a pass'))
  vi.stubEnv('KCIDB_TOKEN', 'secret')
  expect(await submitToKcidb(`${address}/submit`, [folder], context)).toEqual({ runs: 1 })
  vi.unstubAllEnvs()
  expect(bodies[0]).toMatch(/^Bearer secret application\/json \{"version":\{"major":5,"minor":3\}/)
})

test('runs are submitted as SQUAD takes them', async () => {
  const bodies: string[] = []
  answer = async (request, response) => {
    bodies.push((await buffer(request)).toString())
    response.writeHead(201).end('1')
  }
  await writeRun(join(folder, 'run'), results('ltp/a pass', 'ltp/b fail'))
  const target = parseSquadAddress(`squad+${address}/lkft/linux-next/v6.12`)
  if (target === undefined) throw new Error('no address')
  expect(await submitToSquad(target, [folder], context)).toEqual({ runs: 1 })
  expect(asked).toEqual(['POST /api/submit/lkft/linux-next/v6.12/qemu-x86_64'])
  expect(bodies[0]).toContain('"ltp/a":{"result":"pass"}')
  expect(bodies[0]).toMatch(/name="metadata"; filename="metadata.json"[^]*"job_id":"qemu-x86_64-\d+"/)
})
