// `node bench/cache/main.ts [seconds] [part...]`: lkft's cache server beside nginx
// with sendfile, on loopback, in one run; parts: cold second large small idle. Needs nginx, wrk and python3; takes about two
// minutes. Client and servers share the cores, so read the ratios.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Claim } from '../../test/support/claims.ts'
import { recordEvidence } from '../../test/support/evidence.ts'
import { openIdle } from './idle.ts'
import { type Fetched, fetchAll, loadWith, median } from './load.ts'
import { startNginx } from './nginx.ts'
import { cpuSeconds, pssMegabytes, watchMemory } from './process-cost.ts'

const seconds = Number(process.argv[2] ?? 4)
const parts = process.argv.slice(3)
const asked = (part: string): boolean => parts.length === 0 || parts.includes(part)
const megabytes = 200
const folder = mkdtempSync(join(tmpdir(), 'lkft-bench-cache-'))
const files = join(folder, 'files')
mkdirSync(files)
const large = openSync(join(files, 'f200'), 'w')
for (let i = 0; i < megabytes; i++) writeSync(large, randomBytes(2 ** 20))
writeFileSync(join(files, 's1k'), randomBytes(1024))

/** Prints a figure; with LKFT_EVIDENCE=1 it goes into docs/evidence.md too. */
async function say(claim: Claim, figure: string): Promise<void> {
  process.stdout.write(`${claim}: ${figure}\n`)
  await recordEvidence({ claim, command: 'node bench/cache/main.ts', kernel: 'none', figure })
}

await using nginx = await startNginx(join(folder, 'nginx'), files, 19_100)
const program = new URL('../../src/cli/main.ts', import.meta.url).pathname
const cache = spawn(
  process.execPath,
  [
    ...(process.env['LKFT_BENCH_NODE']?.split(' ') ?? []),
    program,
    'cache',
    'serve',
    '--dir',
    join(folder, 'cache'),
    '--listen',
    '127.0.0.1:19101',
    '--allow-host',
    '127.0.0.1',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
await new Promise((resolve) => cache.stdout.once('data', resolve))
const pid = cache.pid ?? 0
const through = (path: string): string =>
  `http://127.0.0.1:19101/api/v1/fetch/?url=${encodeURIComponent(nginx.url + path)}`

try {
  if (asked('cold')) await cold()
  if (asked('second')) await second()
  if (asked('large')) {
    const rows: string[] = []
    for (const connections of [1, 16, 64]) rows.push(await cached(connections))
    await say('cache-speed-large', rows.join('; '))
  }
  if (asked('small')) await small()
  if (asked('idle')) await idle()
} finally {
  cache.kill('SIGTERM')
  await new Promise((resolve) => cache.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}

async function cold(): Promise<void> {
  const memory = watchMemory(pid)
  const cpu = cpuSeconds(pid)
  const path = `/slow/f200?cold${Date.now()}`
  const got = await fetchAll(Array.from({ length: 50 }, () => through(path)))
  const wrong = got.filter(({ status, bytes }) => status !== 200 || bytes !== megabytes * 2 ** 20).length
  const used = cpuSeconds(pid) - cpu
  const highest = memory.stop()
  const done = lastOf(got)
  const floor = megabytes / 40
  const [first, bare] = [firstByteOf(got), await fetchAll(Array.from({ length: 50 }, () => `${nginx.url}/slow/f200`))]
  const figures = [
    `${nginx.requests(path)} upstream fetch`,
    `${wrong} wrong`,
    `first byte p50 ${first} ms in a server that had served nothing before`,
    `all done in ${done.toFixed(2)} s, ${(done / floor).toFixed(2)} of the floor`,
    `${highest.toFixed(0)} MB`,
    `CPU ${used.toFixed(1)} s`,
    `load ${loadavg()[0]?.toFixed(1)}`,
    `the same clients at nginx itself, without a cache: first byte p50 ${firstByteOf(bare)} ms, all done in ${lastOf(bare).toFixed(2)} s`,
  ]
  await say('cache-speed-cold', figures.join(', '))
}

function firstByteOf(got: readonly Fetched[]): string {
  return (median(got.map(({ firstByteSeconds }) => firstByteSeconds)) * 1000).toFixed(1)
}

function lastOf(got: readonly Fetched[]): number {
  return Math.max(...got.map(({ totalSeconds }) => totalSeconds))
}

async function second(): Promise<void> {
  const path = `/slow/f200?second${Date.now()}`
  const first = fetchAll([through(path)])
  await sleep(2500)
  const [late] = await fetchAll([through(path)])
  await first
  const firstByte = ((late?.firstByteSeconds ?? 0) * 1000).toFixed(1)
  await say('cache-speed-second', `first byte ${firstByte} ms, done in ${late?.totalSeconds.toFixed(2)} s`)
}

async function cached(connections: number): Promise<string> {
  await fetchAll([through('/f200')])
  const ratios: number[] = []
  const costs: number[] = []
  const spread: number[] = []
  const memory = watchMemory(pid)
  for (let pair = 0; pair < 3; pair++) {
    const ours = await measure(pid, through('/f200'), connections)
    const theirs = await measure(nginx.pid, `${nginx.url}/f200`, connections)
    ratios.push(ours.rate / theirs.rate)
    costs.push(ours.cost / theirs.cost)
    spread.push(theirs.rate)
  }
  const rates = spread.map((rate) => rate.toFixed(0)).join('/')
  const [rate, cost] = [median(ratios).toFixed(2), median(costs).toFixed(1)]
  return `${connections} clients: ${rate} of the throughput (nginx ${rates} MB/s), ${cost} of the CPU per GB, ${memory.stop().toFixed(0)} MB`
}

async function measure(server: number, url: string, connections: number): Promise<{ rate: number; cost: number }> {
  const before = cpuSeconds(server)
  const { megabytesPerSecond, bytes } = await loadWith(url, connections, seconds)
  return { rate: megabytesPerSecond, cost: (cpuSeconds(server) - before) / (bytes / 1e9) }
}

async function small(): Promise<void> {
  const url = through('/s1k')
  for (let i = 0; i < 3; i++) await fetchAll([url])
  await sleep(100)
  const ratios: number[] = []
  let rate = 0
  for (let pair = 0; pair < 3; pair++) {
    const ours = await loadWith(url, 64, seconds)
    const theirs = await loadWith(`${nginx.url}/s1k`, 64, seconds)
    ratios.push(ours.requestsPerSecond / theirs.requestsPerSecond)
    rate = Math.max(rate, ours.requestsPerSecond)
  }
  const times = (rate / 164).toFixed(0)
  await say(
    'cache-speed-small',
    `${rate.toFixed(0)}/s, ${median(ratios).toFixed(2)} of nginx, ${times} times KissCache`,
  )
}

async function idle(): Promise<void> {
  const count = 10_000
  using clients = await openIdle(through('/s1k'), count)
  await sleep(2000)
  const memory = pssMegabytes(pid).toFixed(0)
  await say('cache-speed-idle', `${memory} MB with ${clients.answered} clients, ${clients.open()} still open`)
}
