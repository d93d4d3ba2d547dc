import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openResults } from '#github/open-results'
import { silentReporter } from '#log/reporter'
import { eachRow } from '#results/repository/build-table'
import { collectGarbage } from '#results/repository/compact'
import type { ResultsStore } from '#results/repository/results-store'
import { readBuild, readHistory, readIndex } from '#results/repository/store'
import { type FakeGithub, startFakeGithub } from '../fake-github/start.ts'
import { runLkft } from '../support/run-lkft.ts'
import { pushOne, pushSideBySide } from './push-one.ts'

const context = { reporter: silentReporter, signal: new AbortController().signal }
let folder = ''
let github: FakeGithub
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-results-api-'))
  github = await startFakeGithub()
  github.state.tokens.set('writer', { login: 'bot', isInstallation: true, permissions: { contents: 'write' } })
  github.state.tokens.set('reader', { login: 'bot', isInstallation: true, permissions: { contents: 'read' } })
})
afterEach(async () => {
  const faults = [...github.faults]
  await github[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
  if (faults.length > 0) throw new Error(`the fake answered what GitHub would not: ${faults.join('; ')}`)
})

function open(token = 'writer'): ResultsStore {
  const environment = { GITHUB_API_URL: github.url, GITHUB_TOKEN: token }
  return openResults({ repository: 'github:octo/linux', branch: 'results', environment, reporter: silentReporter })
}

test('two writers over the Git data API lose none of 40 builds', { timeout: 120_000 }, async () => {
  const attempts = await pushSideBySide([open(), open()], 20)
  expect(attempts).toBeGreaterThan(40)
  const store = open('reader')
  await store.pull(folder)
  const index = await readIndex(folder, 'next')
  expect(new Set(index.builds.map(({ id }) => id)).size).toBe(40)
  expect((await readHistory(folder, index)).rows).toHaveLength(40)
  const { git } = github.state
  const [parents] = [...git.commits.values()].slice(-1).map((commit) => commit.parents)
  expect(parents).toHaveLength(1)

  const calls = github.state.calls.length
  await store.pull(folder)
  expect(github.state.calls.slice(calls).filter((call) => call.includes('/git/blobs/'))).toEqual([])
})

test('old files are removed over the API; history is forgotten only where that is safe', async () => {
  const store = open()
  for (const number of [0, 1]) await pushOne(store, 'one', number, '2026-08')
  await pushOne(store, 'one', 2, '2026-11')
  const request = { store, project: 'next', keepDays: 30, now: new Date('2026-11-30T00:00:00Z') }
  expect(await collectGarbage(request, context)).toEqual({ removed: 2, kept: 1 })
  await store.pull(folder)
  expect((await readdir(join(folder, 'next'))).sort()).toEqual(['2026-11', 'history', 'index.json'])
  const index = await readIndex(folder, 'next')
  const [, second] = index.builds
  if (second === undefined) throw new Error('no build')
  expect([...eachRow(await readBuild(folder, index, second))]).toMatchObject([{ test: 'one', status: 'fail' }])
  await expect(collectGarbage({ ...request, forgetHistory: true }, context)).rejects.toThrow('cannot forget history')
})

test('a token that may not write, and a repository without the branch, are told', async () => {
  await expect(pushOne(open('reader'), 'one', 1)).rejects.toThrow('Resource not accessible by integration')
  expect(await open('reader').pull(folder)).toBe(false)
  expect(github.state.git.refs.size).toBe(0)
})

test('lkft results push needs a token for github:, then writes without git', async () => {
  const rows = join(folder, 'rows.ndjson')
  await writeFile(rows, '{"env":"qemu-arm64","suite":"kunit","test":"list","status":"pass"}\n')
  const words = ['results', 'push', '--repository', 'github:octo/linux', '--project', 'next', '--current', rows]
  const without = await runLkft(words, { env: { GITHUB_TOKEN: '' } })
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('needs a token')])
  const { code, stderr } = await runLkft(words, { env: { GITHUB_TOKEN: 'writer', GITHUB_API_URL: github.url } })
  expect(code, stderr).toBe(0)
  await open('reader').pull(folder)
  expect((await readIndex(folder, 'next')).builds).toHaveLength(1)
})
