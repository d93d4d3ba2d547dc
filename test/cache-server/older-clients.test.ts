import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningActionsServices, startActionsServices } from '#cache-server/actions/start'
import { hashFile } from '#files/hash-file'
import { runForOutput } from '#process/run-command'
import { recordEvidence } from '../support/evidence.ts'
import { withLock } from '../support/with-lock.ts'
import { type JobSurroundings, runJob } from './run-job.ts'

const place = join(import.meta.dirname, '../../.cache/older-clients')
const source = join(import.meta.dirname, 'older-clients')
const modules = join(place, 'node_modules')

let services: RunningActionsServices
let folder: string

beforeAll(async () => {
  await withLock(`${place}.lock`, install)
  folder = await mkdtemp(join(tmpdir(), 'lkft-clients-'))
  services = await startActionsServices({ directory: join(folder, 'store') })
})
const worked: string[] = []
const wanted = ['cache-4', 'cache-5', 'artifact-2', 'artifact-4', 'artifact-5']
afterAll(async () => {
  if (wanted.every((client) => worked.includes(client))) {
    await recordEvidence({
      claim: 'cache-clients',
      command: 'npx vitest run --project integration test/cache-server/older-clients.test.ts',
      kernel: 'none',
      figure: `${worked.length} of ${wanted.length}: ${worked.join(', ')}; the caches by both services`,
    })
  }
  await services[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function install(): Promise<void> {
  const lock = await hashFile(join(source, 'package-lock.json'))
  const stamp = join(place, 'installed')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === lock) return
  await rm(place, { recursive: true, force: true })
  await mkdir(place, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) await cp(join(source, name), join(place, name))
  await runForOutput({ argv: ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd: place })
  await writeFile(stamp, lock)
}

/** A job whose client is another released one. */
async function job(client: string, variable: string, entry: string): Promise<JobSurroundings> {
  const workspace = join(folder, client)
  await mkdir(workspace, { recursive: true })
  const scopes = [{ ref: 'refs/heads/main', read: true, write: true }]
  const token = services.mint({ repository: 'lab/linux', runId: client, jobId: 'job', scopes })
  return { url: services.url, token, workspace, more: { [variable]: join(modules, client, entry) } }
}

test.for(['cache-4', 'cache-5'])('@actions/%s saves and restores unmodified, by both services', async (client) => {
  const bytes = randomBytes(3_000_000)
  for (const service of ['true', '']) {
    const one = await job(client, 'CACHE_MODULE', 'lib/cache.js')
    const surroundings = { ...one, more: { ...one.more, ACTIONS_CACHE_SERVICE_V2: service } }
    const key = `${client}-${service}`
    await mkdir(join(one.workspace, 'data'))
    await writeFile(join(one.workspace, 'data/file'), bytes)
    expect(await runJob(surroundings, 'save', 'data', key)).toMatchObject({ ok: expect.any(Number) })
    await rm(join(one.workspace, 'data'), { recursive: true })
    expect((await runJob(surroundings, 'restore', 'data', 'none', key)).ok).toEqual({ key, there: true })
    expect((await readFile(join(one.workspace, 'data/file'))).equals(bytes)).toBe(true)
    await rm(join(one.workspace, 'data'), { recursive: true })
  }
  worked.push(client)
})

test.for(['artifact-2', 'artifact-4', 'artifact-5'])(
  '@actions/%s uploads, lists, downloads and deletes unmodified',
  async (client) => {
    const bytes = randomBytes(9_000_000)
    const one = await job(client, 'ARTIFACT_MODULE', 'lib/artifact.js')
    await writeFile(join(one.workspace, 'Image'), bytes)
    expect(await runJob(one, 'upload', join(one.workspace, 'Image'), 'build')).toMatchObject({
      ok: { id: expect.any(Number) },
    })
    expect((await runJob(one, 'list')).ok).toMatchObject({ artifacts: [{ name: 'build' }] })
    const got = join(one.workspace, 'got')
    expect(await runJob(one, 'download', 'build', got)).toMatchObject({ ok: { digestMismatch: false } })
    expect((await readFile(join(got, 'Image'))).equals(bytes)).toBe(true)
    await runJob(one, 'delete', 'build')
    expect((await runJob(one, 'list')).ok).toEqual({ artifacts: [] })
    worked.push(client)
  },
)
