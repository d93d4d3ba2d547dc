import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsClient } from 'aws4fetch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BucketSettings, createBucket } from '#cache-server/tier/bucket'
import { freePort } from './free-port.ts'
import { sendFile, sha256, startOrigin } from './origin.ts'
import { type RadosGateway, startRadosGateway } from './radosgw.ts'
import { runJob } from './run-job.ts'
import { get, serve, type Serving } from './serving.ts'

let gateway: RadosGateway
let bucket: BucketSettings
let folder: string

beforeAll(async () => {
  gateway = await startRadosGateway(await freePort())
  const { url, keyId, secret } = gateway
  const admin = new AwsClient({ accessKeyId: keyId, secretAccessKey: secret, service: 's3', region: 'us-east-1' })
  bucket = { endpoint: url, name: 'lab', region: 'us-east-1', prefix: 'site/', keyId, secret }
  const made = await admin.fetch(`${url}/lab`, { method: 'PUT' })
  if (!made.ok) throw new Error(`no bucket: ${made.status}`)
  folder = await mkdtemp(join(tmpdir(), 'lkft-bucket-'))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const tokens = [
  {
    name: 'builder',
    sha256: createHash('sha256').update('builder').digest('hex'),
    scopes: ['write'] as const,
    namespaces: ['kernel'],
    quota: 0,
    rate: 0,
  },
]
const namespaces = [{ name: 'kernel', quota: 1e8, largest: 1e8, anonymous: 'read' as const }]

async function settled(serving: Serving): Promise<void> {
  await serving.server.context.fetcher.idle()
  await serving.server.context.tier?.idle()
}

test('what a compiler cache puts on one server another finds in the bucket, and a deletion is for all', async () => {
  await using one = await serve({ bucket, tokens, namespaces })
  await using two = await serve({ bucket, tokens, namespaces })
  const bytes = randomBytes(300_000)
  const path = '/objects/kernel/ab/c_d%2Fé'
  const headers = { 'x-lkft-token': 'builder' }
  const put = await get(`${one.server.url}${encodeURI(path)}`, { method: 'PUT', headers, body: bytes })
  expect(put.status).toBe(201)
  await settled(one)
  expect((await get(two.server.url + encodeURI(path), { method: 'HEAD' })).headers['content-length']).toBe('300000')
  const got = await get(two.server.url + encodeURI(path))
  expect({ status: got.status, same: got.body.equals(bytes) }).toEqual({ status: 200, same: true })
  expect(two.server.context.store.counters.all()).toMatchObject({ tier_hits: 1 })
  expect((await get(`${two.server.url}/objects/kernel/ab/c`)).status).toBe(404)

  expect((await get(one.server.url + encodeURI(path), { method: 'DELETE', headers })).status).toBe(204)
  await using three = await serve({ bucket, tokens, namespaces })
  expect((await get(three.server.url + encodeURI(path))).status).toBe(404)
  // A damaged copy is nothing at all.
  await using storage = createBucket(bucket)
  await get(`${one.server.url}/objects/kernel/damaged`, { method: 'PUT', headers, body: bytes })
  await settled(one)
  const wrong = randomBytes(300_000)
  const key = `blobs/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`
  await storage.put(key, { body: wrong, size: wrong.length, digest: sha256(wrong) })
  expect((await get(`${three.server.url}/objects/kernel/damaged`)).status).toBe(404)
})

test('caches and artifacts of one server are there on the other: by prefix, newest first, each ref its own', async () => {
  const actions = { secret: Buffer.from('the same on every server of the site') }
  await using one = await serve({ bucket, actions })
  await using two = await serve({ bucket, actions })
  const main = { ref: 'refs/heads/main', read: true, write: true }
  const pull = { ref: 'refs/pull/7/merge', read: true, write: true }
  const job = async (name: string, { server }: Serving, scopes: readonly (typeof main)[]) => {
    const workspace = join(folder, name)
    await mkdir(join(workspace, 'd'), { recursive: true })
    const { mint } = server.context.actions
    return {
      url: `${server.url}/`,
      token: mint({ repository: 'lab/linux', runId: '9', jobId: name, scopes }),
      workspace,
    }
  }
  const saver = await job('saver', one, [main])
  for (const value of ['1', '2']) {
    await writeFile(join(saver.workspace, 'd/f'), `main ${value}`)
    expect(await runJob(saver, 'save', 'd', `key-${value}`)).toMatchObject({ ok: expect.any(Number) })
  }
  const stranger = await job('stranger', one, [pull])
  await writeFile(join(stranger.workspace, 'd/f'), 'pull')
  expect(await runJob(stranger, 'save', 'd', 'key-3')).toMatchObject({ ok: expect.any(Number) })
  const uploaded = await runJob(saver, 'upload', join(saver.workspace, 'd/f'), 'built')
  expect(uploaded).toMatchObject({ ok: expect.objectContaining({ digest: expect.any(String) }) })
  await settled(one)

  const restorer = await job('restorer', two, [main])
  expect((await runJob(restorer, 'restore', 'd', 'key-')).ok).toMatchObject({ key: 'key-2', there: true })
  expect(await readFile(join(restorer.workspace, 'd/f'), 'utf8')).toBe('main 2')
  // A key is written once, wherever that was.
  expect((await runJob(restorer, 'save', 'd', 'key-1')).ok).toBe(-1)
  expect(await runJob(restorer, 'download', 'built', join(restorer.workspace, 'out'))).toMatchObject({
    ok: { digestMismatch: false },
  })
  expect(await readFile(join(restorer.workspace, 'out/f'), 'utf8')).toBe('main 2')
})

test('a file larger than a part goes to the bucket in parts, each in its place', async () => {
  const partBytes = 5 * 2 ** 20
  const bytes = randomBytes(2 * partBytes + 17)
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using one = await serve({ bucket: { ...bucket, partBytes } })
  await get(one.fetchUrl(origin.url('/large')))
  await settled(one)
  expect(one.server.context.store.counters.all()).toMatchObject({ tier_writes: 1 })
  const { keyId: accessKeyId, secret: secretAccessKey, url } = gateway
  const reader = new AwsClient({ accessKeyId, secretAccessKey, service: 's3', region: 'us-east-1' })
  const key = `site/blobs/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`
  const head = await reader.fetch(`${url}/lab/${key}`, { method: 'HEAD' })
  // The storage's own words for what it took, in which order. Reading it back shows less: radosgw without a
  // cluster gives the parts of any client, rclone's too, in another order.
  const md5 = (data: Uint8Array): Buffer => createHash('md5').update(data).digest()
  const parts = [0, 1, 2].map((index) => md5(bytes.subarray(index * partBytes, (index + 1) * partBytes)))
  expect(head.headers.get('etag')).toBe(`"${md5(Buffer.concat(parts)).toString('hex')}-3"`)
  expect(head.headers.get('content-length')).toBe(String(bytes.length))
})
