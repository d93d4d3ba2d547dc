import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AwsClient } from 'aws4fetch'
import { type BucketSettings, createBucket } from '#cache-server/tier/bucket'
import { recordEvidence } from '../support/evidence.ts'
import { sendFile, sha256, startOrigin } from './origin.ts'
import { freePort } from './free-port.ts'
import { type RadosGateway, startRadosGateway } from './radosgw.ts'
import { get, serve, type Serving } from './serving.ts'

let gateway: RadosGateway
let settings: BucketSettings
let admin: AwsClient

beforeAll(async () => {
  gateway = await startRadosGateway(await freePort())
  const { keyId, secret, url } = gateway
  admin = new AwsClient({ accessKeyId: keyId, secretAccessKey: secret, service: 's3', region: 'us-east-1' })
  settings = { endpoint: url, name: 'lab', region: 'us-east-1', prefix: 'cache/', keyId, secret }
  const made = await admin.fetch(`${url}/lab`, { method: 'PUT' })
  if (!made.ok) throw new Error(`no bucket: ${made.status}`)
})
afterAll(() => gateway[Symbol.asyncDispose]())

const bytes = randomBytes(9_000_000)

async function settled(serving: Serving): Promise<void> {
  await serving.server.context.fetcher.idle()
  await serving.server.context.tier?.idle()
}

test('several servers share one bucket: what one fetched another reads from there, after a restart too', async () => {
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, bytes, { etag: '"v1"', lastModified: 'Mon, 01 Jan 2024 00:00:00 GMT' }),
  )
  await using one = await serve({ bucket: settings })
  await using two = await serve({ bucket: settings })
  await get(one.fetchUrl(origin.url('/file'), '&ttl=1h'))
  await settled(one)
  const got = await get(two.fetchUrl(origin.url('/file')))
  expect(got.body.equals(bytes)).toBe(true)
  expect(got.headers).toMatchObject({ etag: '"v1"', 'content-type': 'application/x-test' })
  await settled(two)
  expect(origin.count('/file')).toBe(1)
  const kept = two.server.context.store.resources.list('successes', 'url', 0, 9)
  expect(kept).toMatchObject([{ digest: sha256(bytes), ttl: 3600 }])
  expect(two.server.context.store.counters.all()).toMatchObject({ tier_hits: 1, tier_writes: 0 })
  expect(one.server.context.store.counters.all()).toMatchObject({ tier_hits: 0, tier_writes: 1 })
  await recordEvidence({
    claim: 'cache-bucket',
    command: 'npx vitest run --project integration test/cache-server/bucket.test.ts',
    kernel: 'none',
    figure: `${origin.count('/file')} upstream fetch, ${two.server.context.store.counters.all().tier_hits} read from the bucket`,
  })
  await using bucket = createBucket(settings)
  expect(await bucket.size(`blobs/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`)).toBe(bytes.length)
})

test('a damaged copy in the bucket is never served whole, and upstream is asked the next time', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  const url = origin.url('/damaged')
  await using one = await serve({ bucket: settings })
  await get(one.fetchUrl(url))
  await settled(one)
  await using bucket = createBucket(settings)
  const wrong = Buffer.from(bytes)
  wrong.fill(0, 5_000_000, 5_000_100)
  const body = { body: wrong, size: wrong.length, digest: sha256(wrong) }
  await bucket.put(`blobs/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`, body)
  await using two = await serve({ bucket: settings })
  expect((await get(two.fetchUrl(url))).cut).toBe(true)
  await settled(two)
  expect((await get(two.fetchUrl(url))).body.equals(bytes)).toBe(true)
  expect(origin.count('/damaged')).toBe(2)
})

test('a purge forgets the bucket too; credentials keep things out of it; a bucket that fails delays nobody', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  await using one = await serve({ bucket: settings })
  await get(one.fetchUrl(origin.url('/purged')))
  await get(one.fetchUrl(origin.url('/private').replace('//', '//user:pass@')))
  await settled(one)
  expect(one.server.context.store.counters.all().tier_writes).toBe(1)
  const [resource] = one.server.context.store.resources.list('successes', '-url', 0, 1)
  await one.server.context.tier?.forget(resource?.key ?? '')
  await using two = await serve({ bucket: settings })
  await get(two.fetchUrl(origin.url('/purged')))
  expect(origin.count('/purged')).toBe(2)
  await using none = await serve({ bucket: { ...settings, secret: 'wrong' } })
  expect((await get(none.fetchUrl(origin.url('/file')))).body.equals(bytes)).toBe(true)
  await none.server.context.fetcher.idle()
  expect(none.server.context.tier?.waiting()).toBe(1)
})
