import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openStore } from '#cache-server/store/store'
import { verifyAll } from '#cache-server/store/scrub'
import { recordEvidence } from '../support/evidence.ts'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const kills = 50

/** Bytes that can be told from a URL, so that every body can be checked. */
function contentOf(path: string): Buffer {
  const seed = createHash('sha256').update(path).digest()
  return Buffer.concat(Array.from({ length: 4000 }, () => seed))
}

async function startServer(directory: string): Promise<{ child: ChildProcess; url: string }> {
  const script = new URL('./crash-server.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (line: Buffer) => resolve(String(line).trim())),
  )
  return { child, url }
}

async function oneIsKept(url: string): Promise<void> {
  for (;;) {
    const status = JSON.parse((await get(`${url}/api/v1/status/`)).body.toString()) as { resources_successes: number }
    if (status.resources_successes > 0) return
    await sleep(20)
  }
}

test(`${kills} kills at random moments leave only whole, verified files`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lkft-crash-'))
  await using origin = await startOrigin((request, response) =>
    // Every other file is slow, so that kills hit downloads as well as commits.
    sendFile(request, response, contentOf(request.url ?? ''), {
      etag: '"e"',
      ...(/[13579]$/.test(request.url ?? '') ? { speed: 1e6 } : {}),
    }),
  )
  let served = 0
  for (let round = 0; round < kills; round++) {
    const { child, url } = await startServer(directory)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const requests = Array.from({ length: 6 }, async (_, i) => {
      const path = `/f${(round * 3 + i) % 40}`
      const got = await get(`${url}/api/v1/fetch/?url=${encodeURIComponent(origin.url(path))}`).catch(() => undefined)
      if (got === undefined || got.cut) return
      expect(got.body.equals(contentOf(path)), path).toBe(true)
      served++
    })
    // Something is kept before some of the kills; on a busy disk a sync alone takes longer than the pause.
    if (round % 5 === 1) await oneIsKept(url)
    await sleep(Math.random() * 300)
    child.kill('SIGKILL')
    await Promise.all([...requests, ended])
  }
  expect(served).toBeGreaterThan(0)
  const store = await openStore(directory, { quota: 0, softPercent: 75, idleSeconds: 0 }, Date.now)
  const { blobs, damaged } = await verifyAll(store, Date.now)
  expect({ some: blobs > 0, damaged }).toEqual({ some: true, damaged: [] })
  await recordEvidence({
    claim: 'cache-kills',
    command: 'npx vitest run --project integration test/cache-server/crash.test.ts',
    kernel: 'none',
    figure: `${kills} kills; ${served} whole bodies served, all right; ${blobs} blobs verified, none damaged`,
  })
  expect(await readdir(join(directory, 'incoming'))).toEqual([])
  store.close()
  await rm(directory, { recursive: true })
})

test('a lost index is made again from the files, and a damaged one is put aside', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lkft-index-'))
  await using origin = await startOrigin((request, response) =>
    sendFile(request, response, contentOf(request.url ?? '')),
  )
  const visit = async (expected: number) => {
    await using serving = await serve({ directory })
    const { body } = await get(serving.fetchUrl(origin.url('/kept')))
    await serving.server.context.fetcher.idle()
    expect(body.equals(contentOf('/kept'))).toBe(true)
    expect(origin.count('/kept')).toBe(expected)
  }
  await visit(1)
  for (const suffix of ['', '-wal', '-shm']) await rm(join(directory, `index.sqlite${suffix}`), { force: true })
  await visit(1)
  await writeFile(join(directory, 'index.sqlite'), Buffer.alloc(20_000, 7))
  await visit(1)
  expect(await readdir(directory)).toContain('index.sqlite.damaged')
  await rm(directory, { recursive: true })
})

test('a second server on the same directory says who holds it', async () => {
  await using serving = await serve()
  await expect(serve({ directory: serving.directory })).rejects.toThrow(
    `in use by the cache server with process id ${process.pid}`,
  )
})
