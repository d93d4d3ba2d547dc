import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { type Ended, startLkft } from '../../lab/run-lkft.ts'
import { type JobChange, qemuJob } from './jobs.ts'

// Beside a running LAVA: serves a build and a ramdisk, runs jobs by `lkft lab lava`, prints how they ended as JSON.
const [build = '', ramdisk = '', tokenFile = ''] = process.argv.slice(2)
const server = 'http://127.0.0.1:8000'
const files = createServer((request, response) => {
  const name = basename(request.url ?? '')
  const stream = createReadStream(name === 'ramdisk.cpio' ? ramdisk : join(build, name))
  stream.on('error', () => response.writeHead(404).end())
  stream.pipe(response)
}).listen(8010, '127.0.0.1')
const folder = await mkdtemp(join(tmpdir(), 'lkft-lava-jobs-'))

async function start(name: string, change: JobChange, ...args: readonly string[]) {
  const job = join(folder, `${name}.yaml`)
  await writeFile(job, stringify(qemuJob(change)))
  const values = ['--build', 'http://127.0.0.1:8010/', '--set', 'ramdisk=http://127.0.0.1:8010/ramdisk.cpio']
  const where = ['--server', server, '--token-file', tokenFile, '-o', join(folder, name)]
  return startLkft(['lab', 'lava', '--job', job, ...where, ...values, '--kunit', ...args])
}

async function read(name: string, ended: Promise<Ended>) {
  const { code, stderr } = await ended
  const file = (entry: string): Promise<string> => readFile(join(folder, name, entry), 'utf8').catch(() => '')
  return { code, stderr, run: await file('run.json'), tests: await file('tests.ndjson') }
}

async function run(name: string, change: JobChange, ...args: readonly string[]) {
  return read(name, (await start(name, change, ...args)).ended)
}

const steps = [
  'lava-test-case uname --shell uname -a',
  'lava-test-case must-fail --shell false',
  'lava-test-case skipped --result skip',
  'lava-test-case speed --result pass --measurement 3.5 --units seconds',
]
const smoke = await run('smoke', { steps })
const panic = await run('panic', { kernelArguments: 'rdinit=/none init=/none' })
const missing = await run('missing', { kernel: 'http://127.0.0.1:8010/none' })
const late = await run('late', { steps: ['sleep 1000'], testSeconds: 15 })
const stopped = await start('stopped', { steps: ['sleep 1000'] })
const started = performance.now()
while (!(await readFile(join(folder, 'stopped/console.log'), 'utf8').catch(() => '')).includes('Linux version')) {
  if (performance.now() - started > 300_000) break
  await sleep(200)
}
stopped.child.kill('SIGTERM')
const cancelled = await read('stopped', stopped.ended)
const headers = { authorization: `Token ${(await readFile(tokenFile, 'utf8')).trim()}` }
let server_state = ''
for (let look = 0; look < 120 && !server_state.includes('Finished'); look++) {
  const answer = await fetch(`${server}/api/v0.2/jobs/?ordering=-id&limit=1`, { headers })
  const { results } = (await answer.json()) as { results: readonly { state: string; health: string }[] }
  server_state = results.map(({ state, health }) => `${state} ${health}`).join()
  await sleep(500)
}
files.close()
files.closeAllConnections()
await rm(folder, { recursive: true })
process.stdout.write(`\n${JSON.stringify({ smoke, panic, missing, late, cancelled, server_state })}\n`)
