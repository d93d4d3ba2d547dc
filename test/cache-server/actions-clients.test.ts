import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningActionsServices, startActionsServices } from '#cache-server/actions/start'
import type { CacheScope } from '#cache-server/actions/token'
import { type JobSurroundings, runJob } from './run-job.ts'

const main: CacheScope = { ref: 'refs/heads/main', read: true, write: true }
const pull: readonly CacheScope[] = [
  { ref: 'refs/pull/7/merge', read: true, write: true },
  { ref: 'refs/heads/main', read: true, write: false },
]

let services: RunningActionsServices
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-actions-'))
  services = await startActionsServices({ directory: join(folder, 'store') })
})
afterAll(async () => {
  await services[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function job(name: string, scopes: readonly CacheScope[], runId = '100', more = {}): Promise<JobSurroundings> {
  const workspace = join(folder, name)
  await mkdir(workspace, { recursive: true })
  const token = services.mint({ repository: 'lab/linux', runId, jobId: `job-${name}`, scopes })
  return { url: services.url, token, workspace, more }
}

test('@actions/cache saves and restores by key and by prefix, in blocks too', async () => {
  const saver = await job('saver', [main])
  const small = randomBytes(50_000)
  const large = randomBytes(140 * 2 ** 20)
  await mkdir(join(saver.workspace, 'data'))
  await writeFile(join(saver.workspace, 'data/small'), small)
  expect(await runJob(saver, 'save', 'data', 'ccache-1')).toMatchObject({ ok: expect.any(Number) })
  await writeFile(join(saver.workspace, 'data/large'), large)
  expect(await runJob(saver, 'save', 'data', 'ccache-2')).toMatchObject({ ok: expect.any(Number) })

  const restorer = await job('restorer', [main])
  expect((await runJob(restorer, 'restore', 'data', 'ccache-9', 'ccache-')).ok).toEqual({
    key: 'ccache-2',
    there: true,
  })
  expect((await readFile(join(restorer.workspace, 'data/large'))).equals(large)).toBe(true)
  await rm(join(restorer.workspace, 'data'), { recursive: true })
  expect((await runJob(restorer, 'restore', 'data', 'ccache-1')).ok).toEqual({ key: 'ccache-1', there: true })
  expect((await readFile(join(restorer.workspace, 'data/small'))).equals(small)).toBe(true)
  expect((await runJob(restorer, 'restore', 'data', 'nothing')).ok).toEqual({ there: true })
})

test('the older cache service works for clients that are told so', async () => {
  const saver = await job('v1', [main], '100', { ACTIONS_CACHE_SERVICE_V2: '' })
  await mkdir(join(saver.workspace, 'old'))
  await writeFile(join(saver.workspace, 'old/file'), 'old service')
  expect(await runJob(saver, 'save', 'old', 'v1-key')).toMatchObject({ ok: expect.any(Number) })
  await rm(join(saver.workspace, 'old'), { recursive: true })
  expect((await runJob(saver, 'restore', 'old', 'v1-')).ok).toEqual({ key: 'v1-key', there: true })
  expect(await readFile(join(saver.workspace, 'old/file'), 'utf8')).toBe('old service')
})

test("a pull request's token cannot change what main restores", async () => {
  const onMain = await job('main', [main])
  const onPull = await job('pull', pull)
  for (const { workspace } of [onMain, onPull]) await mkdir(join(workspace, 'd'), { recursive: true })
  await writeFile(join(onMain.workspace, 'd/f'), 'from main')
  await writeFile(join(onPull.workspace, 'd/f'), 'from the pull request')
  expect(await runJob(onMain, 'save', 'd', 'shared-1')).toMatchObject({ ok: expect.any(Number) })
  expect(await runJob(onPull, 'save', 'd', 'shared-2')).toMatchObject({ ok: expect.any(Number) })
  await rm(join(onMain.workspace, 'd'), { recursive: true })
  expect((await runJob(onMain, 'restore', 'd', 'shared-9', 'shared-')).ok).toMatchObject({ key: 'shared-1' })
  expect(await readFile(join(onMain.workspace, 'd/f'), 'utf8')).toBe('from main')
  await rm(join(onPull.workspace, 'd'), { recursive: true })
  expect((await runJob(onPull, 'restore', 'd', 'shared-1')).ok).toMatchObject({ key: 'shared-1' })
  const readOnly = await job('read-only', [{ ref: 'refs/heads/main', read: true, write: false }])
  await mkdir(join(readOnly.workspace, 'd'))
  await writeFile(join(readOnly.workspace, 'd/f'), 'x')
  const refused = await runJob(readOnly, 'save', 'd', 'denied')
  expect(refused.ok).toBe(-1)
  expect(refused.output).toContain('cache write denied')
})

test('@actions/artifact uploads, lists, downloads with digest, reads other runs, deletes', async () => {
  const here = await job('artifacts', [main], '100')
  const bytes = randomBytes(20 * 2 ** 20)
  await writeFile(join(here.workspace, 'Image.bin'), bytes)
  await writeFile(join(here.workspace, 'summary.html'), '<p>hello</p>')
  const image = (await runJob(here, 'upload', join(here.workspace, 'Image.bin'), 'build-x86_64')).ok as { id: number }
  expect(image.id).toBeGreaterThan(0)
  expect(await runJob(here, 'upload-raw', join(here.workspace, 'summary.html'))).toMatchObject({
    ok: { id: expect.any(Number) },
  })
  const { artifacts } = (await runJob(here, 'list')).ok as { artifacts: { name: string; digest: string }[] }
  expect(artifacts.map(({ name }) => name).sort()).toEqual(['build-x86_64', 'summary.html'])
  expect((await runJob(here, 'download', 'build-x86_64', join(here.workspace, 'got'))).ok).toEqual({
    digestMismatch: false,
  })
  expect((await readFile(join(here.workspace, 'got/Image.bin'))).equals(bytes)).toBe(true)
  await runJob(here, 'download', 'summary.html', join(here.workspace, 'raw'))
  expect(await readFile(join(here.workspace, 'raw/summary.html'), 'utf8')).toBe('<p>hello</p>')

  const other = await job('other-run', [main], '101')
  expect((await runJob(other, 'list')).ok).toEqual({ artifacts: [] })
  const elsewhere = join(other.workspace, 'got')
  await runJob(other, 'download-elsewhere', String(image.id), elsewhere, '100', 'lab/linux')
  expect((await readFile(join(elsewhere, 'Image.bin'))).equals(bytes)).toBe(true)
  expect((await runJob(here, 'upload', join(here.workspace, 'Image.bin'), 'build-x86_64')).error).toContain(
    'already exists',
  )
  expect(await runJob(here, 'delete', 'build-x86_64')).toMatchObject({ ok: { id: image.id } })
})

test('unsigned, foreign and expired tokens and URLs are refused', async () => {
  const call = (token: string): Promise<Response> =>
    fetch(`${services.url}twirp/github.actions.results.api.v1.CacheService/CreateCacheEntry`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ key: 'k', version: 'v' }),
    })
  const good = services.mint({ repository: 'lab/linux', runId: '1', jobId: '1', scopes: [main] })
  const [head, body] = good.split('.')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  const expired = services.mint({ repository: 'lab/linux', runId: '1', jobId: '1', scopes: [main] }, -10)
  for (const token of ['', 'x', `${head}.${body}.`, `${none}.${body}.`, `${good}x`, expired]) {
    const response = await call(token)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' })
  }
  expect((await call(good)).status).toBe(200)
  for (const path of ['lkft/upload/abc', 'lkft/upload/abc?se=9999999999&sig=x', 'lkft/download/abc?se=1&sig=y']) {
    expect((await fetch(services.url + path, { method: path.includes('upload') ? 'PUT' : 'GET' })).status).toBe(403)
  }
})
