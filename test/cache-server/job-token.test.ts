import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readToken } from '#cache-server/actions/token'
import type { TokenEntry } from '#cache-server/settings'
import { runLkft } from '../support/run-lkft.ts'
import { runJob } from './run-job.ts'
import { get, type Got, serve, type Serving } from './serving.ts'

const entry = (name: string, more: Partial<TokenEntry> = {}): TokenEntry => ({
  name,
  sha256: createHash('sha256').update(name).digest('hex'),
  scopes: ['write'],
  namespaces: ['lab/linux'],
  quota: 0,
  rate: 0,
  ...more,
})
const tokens = [
  entry('main-secret'),
  entry('pull-secret', { refs: ['refs/pull/*'] }),
  entry('read-secret', { scopes: ['read'] }),
]
const writes = (ref: string) => ({ ref, read: true, write: true })
const reads = (ref: string) => ({ ref, read: true, write: false })
const main = 'refs/heads/main'

function ask({ server }: Serving, bearer: string | undefined, change: object = {}): Promise<Got> {
  const body = { repository: 'lab/linux', run_id: '7', job_id: 'build', scopes: [writes(main)], ...change }
  const headers: Record<string, string> = bearer === undefined ? {} : { 'x-lkft-token': bearer }
  return get(`${server.url}/api/v1/actions/token`, { method: 'POST', headers, body: JSON.stringify(body) })
}

test("a job's token is given within what the server's token may, and to nobody else", async () => {
  await using serving = await serve({ tokens })
  const status = async (bearer: string | undefined, change: object = {}) => (await ask(serving, bearer, change)).status
  expect(await status('main-secret')).toBe(200)
  expect(await status(undefined)).toBe(401)
  expect(await status('guess')).toBe(401)
  expect(await status('main-secret', { repository: 'other/linux' })).toBe(403)
  expect(await status('read-secret')).toBe(403)
  expect(await status('read-secret', { scopes: [reads(main)] })).toBe(200)
  expect(await status('pull-secret')).toBe(403)
  expect(await status('pull-secret', { scopes: [writes('refs/pull/7/merge'), writes(main)] })).toBe(403)
  expect(await status('pull-secret', { scopes: [writes('refs/pull/7/merge'), reads(main)] })).toBe(200)
  expect((await get(`${serving.server.url}/api/v1/actions/token`)).status).toBe(405)
  const { body } = await ask(serving, 'main-secret', { life_seconds: 60 })
  const given = JSON.parse(body.toString()) as { token: string; expires_at: string }
  const { secret } = serving.server.context.actions.context
  const job = { repository: 'lab/linux', runId: '7', jobId: 'build', scopes: [writes(main)] }
  expect(readToken(secret, given.token, Date.now())).toEqual(job)
  expect(() => readToken(secret, given.token, Date.parse(given.expires_at) + 2000)).toThrow('expired')
})

test.each([
  ['a repository without owner', { repository: 'linux' }],
  ['a repository that is a path', { repository: '../x/y' }],
  ['a run that names a second scope', { run_id: '7:8' }],
  ['a job with a space', { job_id: 'a b' }],
  ['no scopes', { scopes: [] }],
  ['scopes that are a text', { scopes: 'refs/heads/main' }],
  ['a ref that is a branch', { scopes: [writes('main')] }],
  ['a ref with a line end', { scopes: [writes('refs/heads/a\nb')] }],
  ['a permission that is a number', { scopes: [{ ref: main, read: 1, write: true }] }],
  ['too many scopes', { scopes: Array.from({ length: 11 }, (_, i) => reads(`refs/heads/${i}`)) }],
  ['a life of a week', { life_seconds: 604_800 }],
  ['a life of nothing', { life_seconds: 0 }],
])('%s is refused with a sentence', async (_name, change) => {
  await using serving = await serve({ tokens })
  const { status, body } = await ask(serving, 'main-secret', change)
  expect({ status, text: body.toString() }).toEqual({
    status: 400,
    text: expect.stringMatching(/^'[a-z_]+' must be .*\n$/),
  })
})

test('lkft cache job-token prints the variables by which the unmodified client saves and restores', async () => {
  await using serving = await serve({ tokens })
  const workspace = await mkdtemp(join(tmpdir(), 'lkft-job-token-'))
  try {
    const words = ['cache', 'job-token', '--dir', serving.directory, '--repository', 'lab/linux', '--run', '5']
    const { code, stdout, stderr } = await runLkft([...words, '--write', main])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const given = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    )
    expect(given).toMatchObject({ ACTIONS_RESULTS_URL: `${serving.server.url}/`, ACTIONS_CACHE_SERVICE_V2: 'true' })
    const job = { url: given['ACTIONS_RESULTS_URL'] ?? '', token: given['ACTIONS_RUNTIME_TOKEN'] ?? '', workspace }
    await writeFile(join(workspace, 'data'), 'kept')
    expect(await runJob(job, 'save', 'data', 'key-1')).toMatchObject({ ok: expect.any(Number) })
    await rm(join(workspace, 'data'))
    expect((await runJob(job, 'restore', 'data', 'key-')).ok).toMatchObject({ key: 'key-1', there: true })
    const event = join(workspace, 'event.json')
    const pull = {
      number: 7,
      head: { sha: 'a', ref: 'topic', repo: { full_name: 'lab/linux' } },
      base: { sha: 'b', ref: 'main' },
    }
    await writeFile(event, JSON.stringify({ pull_request: pull, repository: { default_branch: 'main' } }))
    const inside = await runLkft(['cache', 'job-token', '--dir', serving.directory], {
      env: {
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: event,
        GITHUB_JOB: 'build kernel',
        GITHUB_REF: 'refs/pull/7/merge',
        GITHUB_REPOSITORY: 'lab/linux',
        GITHUB_RUN_ID: '12',
        GITHUB_SHA: 'c',
      },
    })
    const token = /^ACTIONS_RUNTIME_TOKEN=(.*)$/m.exec(inside.stdout)?.[1] ?? inside.stderr
    expect(readToken(serving.server.context.actions.context.secret, token, Date.now())).toEqual({
      repository: 'lab/linux',
      runId: '12',
      jobId: 'build_kernel',
      scopes: [writes('refs/pull/7/merge'), reads(main)],
    })
    const nothing = await runLkft(words)
    expect(nothing.code).toBe(2)
    expect(nothing.stderr).toContain('give --write REF or --read REF')
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
})
