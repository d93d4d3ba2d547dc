import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRepository } from '#report/read-repository'
import { runForOutput } from '#process/run-command'
import { eachRow, toBuildTable } from '#results/repository/build-table'
import { commitToBranch, pullBranch } from '#results/repository/git-branch'
import { readBuild, readHistory, readIndex, storeBuild } from '#results/repository/store'
import { addResult, type ResultTable } from '#results/result-table'

let folder = ''
let remote = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-results-test-'))
  remote = join(folder, 'remote.git')
  await runForOutput({ argv: ['git', 'init', '--quiet', '--bare', remote] })
})
afterAll(() => rm(folder, { recursive: true }))

async function pushOne(writer: string, number: number): Promise<number> {
  const results: ResultTable = new Map()
  const status = number % 2 === 0 ? 'pass' : 'fail'
  addResult(results, 'qemu-arm64', 'kunit', writer, { kernel: 0, run: 0, status, message: undefined })
  const second = String(number).padStart(2, '0')
  const build = {
    project: 'next',
    id: `${writer}-${number}`,
    created: `2026-11-23T10:00:${second}.${writer === 'one' ? 100 : 200}Z`,
    branch: 'master',
    commit: null,
    kernel: `6.13.0-rc${number}`,
    counts: { pass: 1 - (number % 2), fail: number % 2, skip: 0, xfail: 0 },
    environments: ['qemu-arm64'],
    crashes: [],
    table: toBuildTable(results),
  }
  return commitToBranch({ remote, branch: 'results' }, `Add ${build.id}`, storeBuild(build))
}

test('two writers pushing 50 builds each at once lose none', { timeout: 300_000 }, async () => {
  const write = async (writer: string): Promise<number> => {
    let attempts = 0
    for (let number = 0; number < 50; number++) attempts += await pushOne(writer, number)
    return attempts
  }
  const attempts = await Promise.all([write('one'), write('two')])
  expect(attempts[0] + attempts[1]).toBeGreaterThan(100)

  const pulled = join(folder, 'pulled')
  await pullBranch({ remote, branch: 'results' }, pulled)
  const index = await readIndex(pulled, 'next')
  expect(new Set(index.builds.map(({ id }) => id)).size).toBe(100)
  expect(await runForOutput({ argv: ['git', '-C', remote, 'rev-list', '--count', 'results'] })).toBe('100\n')
  const [first] = index.builds
  if (first === undefined) throw new Error('no build')
  expect([...eachRow(await readBuild(pulled, first))]).toEqual([
    { suite: 'kunit', test: 'one', environment: 'qemu-arm64', status: 'pass' },
  ])
  expect((await readHistory(pulled, index)).rows).toHaveLength(100)

  const kernel = await readRepository({ directory: pulled, project: 'next', which: 'kernel:6.13.0-rc3' })
  expect(kernel.get('qemu-arm64')?.get('kunit')?.get('one')).toMatchObject({ history: 'PFPF', passes: 2, fails: 2 })
  const newest = await readRepository({ directory: pulled, project: 'next', which: 'branch:master' })
  expect(newest.get('qemu-arm64')?.get('kunit')?.get('two')?.history).toHaveLength(25)
  await expect(readRepository({ directory: pulled, project: 'next', which: 'commit:0123456' })).rejects.toThrow(
    "no build 'commit:0123456' of next",
  )
})
