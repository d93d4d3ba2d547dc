// `node bench/cache/restore.ts`: the unmodified @actions/cache restores 200 MB from
// lkft's cache server and, in turn, from a bare prototype: a look-up that knows one
// answer, the bytes sent by nginx with sendfile. Needs nginx; takes half a minute.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runForOutput } from '#process/run-command'
import { recordEvidence } from '../../test/support/evidence.ts'
import { median } from './load.ts'
import { startNginx } from './nginx.ts'

/** Measured for this project on another machine: milliseconds for 200 MB from falcondev's server 9.4.7 and from a bare prototype. */
const reference = { falcondev: 1437, prototype: 785 }
const pairs = 5

const folder = mkdtempSync(join(tmpdir(), 'lkft-bench-restore-'))
const workspace = join(folder, 'work')
const files = join(folder, 'files')
for (const path of [workspace, files]) mkdirSync(path)
writeFileSync(join(workspace, 'data'), randomBytes(200e6))
const program = new URL('../../src/cli/main.ts', import.meta.url).pathname
const client = new URL('./restore-client.ts', import.meta.url).pathname
const cacheFolder = join(folder, 'cache')

async function step(variables: readonly string[], what: 'save' | 'restore'): Promise<number> {
  const surroundings = [`GITHUB_WORKSPACE=${workspace}`, `RUNNER_TEMP=${workspace}`, ...variables]
  const text = await runForOutput({
    argv: ['env', ...surroundings, process.execPath, client, what, 'data', 'bench-1'],
    cwd: workspace,
  })
  return Number(/^TOOK ([\d.]+)$/m.exec(text)?.[1])
}

const serving = ['cache', 'serve', '--dir', cacheFolder, '--listen', '127.0.0.1:19111']
const cache = spawn(process.execPath, [program, ...serving], { stdio: ['ignore', 'pipe', 'inherit'] })
try {
  await new Promise((resolve) => cache.stdout.once('data', resolve))
  const asking = ['--dir', cacheFolder, '--repository', 'lab/linux', '--write', 'refs/heads/main']
  const token = await runForOutput({ argv: [process.execPath, program, 'cache', 'job-token', ...asking] })
  const ours = token.trim().split('\n')
  await step(ours, 'save')
  await using nginx = await startNginx(join(folder, 'nginx'), files, 19_110)
  await keepArchive()
  const lookUp = createServer((request, response) => {
    request.resume()
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ ok: true, signed_download_url: `${nginx.url}/archive`, matched_key: 'bench-1' }))
  })
  await new Promise<void>((resolve) => lookUp.listen(19_112, '127.0.0.1', resolve))
  const bare = ours.map((line) => line.replace(':19111', ':19112'))
  const taken: number[] = []
  const least: number[] = []
  const ratios: number[] = []
  for (let pair = 0; pair < pairs; pair++) {
    const one = await step(ours, 'restore')
    const other = await step(bare, 'restore')
    taken.push(one)
    least.push(other)
    ratios.push(one / other)
  }
  lookUp.close()
  const ratio = median(ratios)
  const figure =
    `${median(taken).toFixed(0)} ms, a bare prototype ${median(least).toFixed(0)} ms, ratio ${ratio.toFixed(2)} ` +
    `(${ratios.map((each) => each.toFixed(2)).join('/')}); by the reference's figures (falcondev ` +
    `${reference.falcondev} ms, bare prototype ${reference.prototype} ms, another machine) ` +
    `${((ratio * reference.prototype) / reference.falcondev).toFixed(2)} of falcondev's; load ${loadavg()[0]?.toFixed(1)}`
  process.stdout.write(`cache-speed-restore: ${figure}\n`)
  await recordEvidence({
    claim: 'cache-speed-restore',
    command: 'node bench/cache/restore.ts',
    kernel: 'none',
    figure,
  })
} finally {
  const ended = new Promise((resolve) => cache.once('exit', resolve))
  cache.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
}

/** Puts what the service keeps beside nginx, as the prototype's only file. */
async function keepArchive(): Promise<void> {
  const blobs = await runForOutput({ argv: ['find', join(cacheFolder, 'blobs'), '-type', 'f', '-size', '+100M'] })
  await runForOutput({ argv: ['cp', blobs.trim(), join(files, 'archive')] })
}
