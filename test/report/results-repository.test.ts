import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentReporter } from '#log/reporter'
import { readRepository } from '#report/read-repository'
import { runForOutput } from '#process/run-command'
import { eachRow } from '#results/repository/build-table'
import { collectGarbage } from '#results/repository/compact'
import { gitStore } from '#results/repository/git-branch'
import { readBuild, readHistory, readIndex } from '#results/repository/store'
import { recordEvidence } from '../support/evidence.ts'
import { pushOne, pushSideBySide } from './push-one.ts'

const context = { reporter: silentReporter, signal: new AbortController().signal }
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-results-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function newRemote(name: string): Promise<string> {
  const remote = join(folder, name)
  await runForOutput({ argv: ['git', 'init', '--quiet', '--bare', remote] })
  return remote
}

test('two writers pushing 50 builds each at once lose none', { timeout: 300_000 }, async () => {
  const remote = await newRemote('remote.git')
  const store = gitStore({ remote, branch: 'results' })
  const attempts = await pushSideBySide([store, store], 50)
  expect(attempts).toBeGreaterThan(100)

  const pulled = join(folder, 'pulled')
  await store.pull(pulled)
  const index = await readIndex(pulled, 'next')
  expect(new Set(index.builds.map(({ id }) => id)).size).toBe(100)
  expect(await runForOutput({ argv: ['git', '-C', remote, 'rev-list', '--count', 'results'] })).toBe('100\n')
  const [first] = index.builds
  if (first === undefined) throw new Error('no build')
  expect([...eachRow(await readBuild(pulled, index, first))]).toEqual([
    { suite: 'kunit', test: 'one', environment: 'qemu-arm64', status: 'pass' },
  ])
  expect((await readHistory(pulled, index)).rows).toHaveLength(100)
  await recordEvidence({
    claim: 'results-writers',
    command: 'npx vitest run --project integration test/report/results-repository.test.ts',
    kernel: 'none',
    figure: `${index.builds.length} builds in the branch, ${attempts - 100} attempts repeated`,
  })

  const kernel = await readRepository({ directory: pulled, project: 'next', which: 'kernel:6.13.0-rc3' })
  expect(kernel.get('qemu-arm64')?.get('kunit')?.get('one')).toMatchObject({ history: 'PFPF', passes: 2, fails: 2 })
  const newest = await readRepository({ directory: pulled, project: 'next', which: 'branch:master' })
  expect(newest.get('qemu-arm64')?.get('kunit')?.get('two')?.history).toHaveLength(25)
  await expect(readRepository({ directory: pulled, project: 'next', which: 'commit:0123456' })).rejects.toThrow(
    "no build 'commit:0123456' of next",
  )
})

test('gc removes old files, keeps every answer, and can forget the past of the branch', async () => {
  const remote = await newRemote('old.git')
  const store = gitStore({ remote, branch: 'results' })
  for (const number of [0, 1, 2]) await pushOne(store, 'one', number, '2026-08')
  for (const number of [3, 4]) await pushOne(store, 'one', number, '2026-11')
  const pull = async (name: string) => {
    const directory = join(folder, name)
    await store.pull(directory)
    const index = await readIndex(directory, 'next')
    const tables = await Promise.all(index.builds.map((build) => readBuild(directory, index, build)))
    return { index, rows: tables.map((table) => [...eachRow(table)]), history: await readHistory(directory, index) }
  }
  const before = await pull('before')
  const request = { store, project: 'next', keepDays: 30, now: new Date('2026-11-30T00:00:00Z') }
  expect(await collectGarbage(request, context)).toEqual({ removed: 3, kept: 2 })
  const count = (): Promise<string> => runForOutput({ argv: ['git', '-C', remote, 'rev-list', '--count', 'results'] })
  expect(await count()).toBe('6\n')
  const files = await runForOutput({ argv: ['git', '-C', remote, 'ls-tree', '-r', '--name-only', 'results'] })
  expect(files.match(/2026-08\/.*\.parquet/g)).toBeNull()
  expect(files.match(/2026-11\/.*\.parquet/g)).toHaveLength(2)

  // A build of a packed month may still come late, and be packed and removed in its turn.
  await pushOne(store, 'two', 1, '2026-08')
  const late = await pull('late')
  expect(late.history.rows).toHaveLength(6)
  expect(late.index.builds.map(({ id }) => id)).toEqual(['one-0', 'one-1', 'two-1', 'one-2', 'one-3', 'one-4'])
  expect(await collectGarbage({ ...request, forgetHistory: true }, context)).toEqual({ removed: 1, kept: 2 })
  expect(await count()).toBe('1\n')
  const after = await pull('after')
  expect(after.rows).toEqual(late.rows)
  expect(after.history.rows).toEqual(late.history.rows)
  expect(after.rows.filter((_, index) => index !== 2)).toEqual(before.rows)
})
