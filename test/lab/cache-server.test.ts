import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { sendFile, startOrigin } from '../cache-server/origin.ts'
import { recordEvidence } from '../support/evidence.ts'
import { labBuild } from './lab-kernel.ts'
import { startLkft } from './run-lkft.ts'
import { setUpBoard, type VirtualBoard } from './virtual-board/virtual-board.ts'

/** Bytes per second of the origin, so slow that the three boards ask while the first download still runs. */
const speed = 2e6

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** `lkft cache serve` as a user starts it, when it answers. */
async function startCacheServe(folder: string): Promise<AsyncDisposable & { url: string }> {
  const address = `127.0.0.1:${await freePort()}`
  const args = ['cache', 'serve', '--dir', join(folder, 'cache'), '--listen', address, '--allow-host', '127.0.0.1']
  const { child, ended } = startLkft(args)
  const url = `http://${address}`
  for (;;) {
    if (child.exitCode !== null) throw new Error(`lkft cache serve ended: ${(await ended).stderr}`)
    if (await fetch(url).catch(() => undefined)) break
    await sleep(50)
  }
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

test('three boards at once fetch one build through lkft cache serve, which downloads each file once', async () => {
  const build = await labBuild()
  const { kernel, artifacts } = await readStage('build', build)
  const names = ['build.json', ...artifacts.map(({ name }) => name)]
  const files = new Map<string, Buffer>(
    await Promise.all(names.map(async (name) => [`/build/${name}`, await readFile(join(build, name))] as const)),
  )
  await using origin = await startOrigin((request, response) => {
    const bytes = files.get(request.url ?? '')
    if (bytes === undefined) response.writeHead(404).end()
    else sendFile(request, response, bytes, { speed })
  })
  await using first = await setUpBoard()
  await using second = await setUpBoard()
  await using third = await setUpBoard()
  await using cache = await startCacheServe(first.folder)
  const run = async (board: VirtualBoard) => {
    const out = join(board.folder, 'run')
    const from = ['--build', origin.url('/build/'), '--cache-server', cache.url]
    const { ended } = startLkft(['lab', 'run', '--board', await board.file(), ...from, '-o', out, '--suite', 'kunit'])
    const { code, stdout } = await ended
    expect(stdout).toMatch(/^pass: /)
    expect(code).toBe(0)
    return readStage('run', out)
  }
  const runs = await Promise.all([first, second, third].map(run))
  const sha256 = artifacts.find(({ name }) => name === kernel)?.sha256
  for (const record of runs) expect(record).toMatchObject({ verdict: 'pass', kernel: { sha256 } })
  const asked = origin.seen.filter(({ method }) => method === 'GET').map(({ path }) => path)
  expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted())
  expect(asked).toContain(`/build/${kernel}`)
  await recordEvidence({
    claim: 'lab-cache',
    command: 'npx vitest run --project integration test/lab/cache-server.test.ts',
    kernel: runs[0]?.kernel.release ?? 'unknown',
    figure: `3 boards pass, ${runs[0]?.counts.pass} tests each; ${asked.length} files, each downloaded once`,
  })
})
