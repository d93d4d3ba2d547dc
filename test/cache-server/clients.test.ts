import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { recordEvidence } from '../support/evidence.ts'
import { sendFile, sha256, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(4_000_000)

test('curl and wget: names, resumed downloads, and a cut one that goes on during the download', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lkft-clients-'))
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, bytes, { etag: '"v1"', speed: 4e6 }),
  )
  await using serving = await serve()
  const named = `${serving.server.url}/api/v1/fetch/rootfs.ext4?url=${encodeURIComponent(origin.url('/x'))}`
  const same = async (name: string) => (await readFile(join(cwd, name))).equals(bytes)
  await writeFile(join(cwd, 'half'), bytes.subarray(0, 1_500_000))
  await Promise.all([
    runForOutput({ argv: ['wget', '-q', '--content-disposition', named], cwd }),
    runForOutput({ argv: ['curl', '-sfOJ', '--output-dir', cwd, named.replace('rootfs', 'curl')], cwd }),
    runForOutput({ argv: ['wget', '-q', '-c', '-O', 'half', serving.fetchUrl(origin.url('/x'))], cwd }),
  ])
  expect([await same('rootfs.ext4'), await same('curl.ext4'), await same('half')]).toEqual([true, true, true])
  await writeFile(join(cwd, 'rest'), bytes.subarray(0, 3_999_990))
  await runForOutput({ argv: ['curl', '-sf', '-C', '-', '-o', 'rest', serving.fetchUrl(origin.url('/x'))], cwd })
  expect(await same('rest')).toBe(true)
  expect(origin.count('/x')).toBe(1)
  await rm(cwd, { recursive: true })
})

/** What LAVA's dispatcher asks of a cache, with the library that it uses: HEAD, then GET in 32 KiB pieces. */
const dispatcher = `
import hashlib, sys, requests
from urllib.parse import quote_plus
prefix, url = sys.argv[1:]
cached = prefix % quote_plus(url)
session = requests.Session()
session.mount('http://', requests.adapters.HTTPAdapter(max_retries=9))
headers = {'Accept-Encoding': '', 'User-Agent': 'lava-dispatcher 2026.08'}
head = session.head(cached, allow_redirects=True, headers=headers, timeout=60)
assert head.status_code == 200, head.status_code
size = int(head.headers['content-length'])
assert head.url == cached, head.url
got = session.get(cached, allow_redirects=True, stream=True, headers=headers, timeout=60)
assert got.status_code == 200, got.status_code
digest, count = hashlib.sha256(), 0
for piece in got.iter_content(32 * 1024):
    digest.update(piece); count += len(piece)
assert count == size, (count, size)
print(digest.hexdigest())
`

test("LAVA's dispatchers: three jobs at once ask for the same and get it for one download", async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes, { speed: 4e6 }))
  await using serving = await serve()
  const prefix = `${serving.server.url}/api/v1/fetch?url=%s`
  const url = `${origin.url('/boards/Image.gz')}?job=1&x=a b`
  const digests = await Promise.all(
    [1, 2, 3].map(() => runForOutput({ argv: ['python3', '-c', dispatcher, prefix, url] })),
  )
  expect(digests.map((text) => text.trim())).toEqual([1, 2, 3].map(() => sha256(bytes)))
  expect(origin.seen.filter(({ method }) => method === 'GET')).toHaveLength(1)
  expect(origin.seen[0]?.path).toBe('/boards/Image.gz?job=1&x=a%20b')
  await recordEvidence({
    claim: 'cache-lava',
    command: 'npx vitest run --project integration test/cache-server/clients.test.ts',
    kernel: 'none',
    figure: `${digests.length} bodies right, 1 upstream GET`,
  })
})

test('a thousand clients of 200 files from an origin that fails and cuts one in five: all right, each fetched once in full', async () => {
  const content = (path: string): Buffer => Buffer.alloc(60_000, path)
  const whole = new Map<string, number>()
  let seed = 1
  const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  await using origin = await startOrigin((request, response) => {
    const path = request.url ?? ''
    const [failing, cutting] = [chance() < 0.2, chance() < 0.2]
    if (failing) {
      response.writeHead(503).end()
      return
    }
    const resumed = request.headers.range !== undefined
    if (!cutting && !resumed) whole.set(path, (whole.get(path) ?? 0) + 1)
    sendFile(request, response, content(path), { etag: '"e"', ...(cutting ? { cutAfter: 25_000 } : {}) })
  })
  await using serving = await serve({ fetch: { connectionsPerHost: 64 } })
  const paths = Array.from({ length: 1000 }, (_, i) => `/f${i % 200}`)
  let right = 0
  const ask = async (path: string): Promise<void> => {
    const { status, body, cut } = await get(serving.fetchUrl(origin.url(path)))
    if (status === 200 && !cut && body.equals(content(path))) right++
  }
  await Promise.all(paths.map(ask))
  expect(right).toBe(1000)
  await serving.server.context.fetcher.idle()
  const { blobs, counters } = serving.server.context.store
  expect(blobs.count()).toBe(200)
  expect([...whole.values()].every((times) => times === 1)).toBe(true)
  expect(counters.all()).toMatchObject({ successes: 200, failures: 0, download: 200 * 60_000 })
  await recordEvidence({
    claim: 'cache-crowd',
    command: 'npx vitest run --project integration test/cache-server/clients.test.ts',
    kernel: 'none',
    figure: `${right} bodies right, ${counters.all().successes} files, ${counters.all().resumed} cuts resumed, ${counters.all().retries} retries`,
  })
})
