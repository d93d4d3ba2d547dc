import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bisectHistory, type TryCommit } from '#bisect/bisect-history'
import { silentReporter } from '#log/reporter'
import { runForOutput } from '#process/run-command'
import { checkDocument } from '#schema/validate'

vi.setConfig({ testTimeout: 60_000 })

let folder: string
let commits: string[]
const context = { reporter: silentReporter, signal: new AbortController().signal }

/** Eight commits; `value` of each says how it behaves. Made once: a bisection leaves the repository as it was. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-bisect-test-'))
  commits = []
  await git('init', '--quiet', '-b', 'main')
  for (let at = 0; at < 8; at++) {
    await writeFile(join(folder, 'value'), String(at))
    await git('add', '.')
    await git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '--quiet', '-m', `Change ${at}`)
    commits.push((await git('rev-parse', 'HEAD')).trim())
  }
})
afterAll(() => rm(folder, { recursive: true }))

function git(...args: readonly string[]): Promise<string> {
  return runForOutput({ argv: ['git', '-C', folder, ...args] })
}

async function bisect(judge: (value: number, attempt: number) => 'good' | 'bad' | 'skip', change: object = {}) {
  const attempt: TryCommit = async ({ tree, attempt: count }) => {
    const verdict = judge(Number(await readFile(join(tree, 'value'), 'utf8')), count)
    return { verdict, reason: verdict === 'good' ? null : 'said so' }
  }
  const request = {
    source: folder,
    good: commits[0] ?? '',
    bad: 'HEAD',
    subject: 'test',
    outputDir: join(folder, 'out'),
    lead: 1,
    ...change,
  }
  const record = await bisectHistory(request, attempt, context)
  const written: unknown = JSON.parse(await readFile(join(folder, 'out/bisect.json'), 'utf8'))
  expect(await checkDocument('bisect', written, 'bisect.json')).toEqual(record)
  return record
}

test.each([1, 2, 3, 4, 5, 6, 7])('finds commit %i, and leaves the repository as it was', async (first) => {
  const before = [await git('status', '--porcelain', '--untracked-files=no'), await git('rev-parse', 'HEAD')]
  const record = await bisect((value) => (value >= first ? 'bad' : 'good'))
  expect(record).toMatchObject({
    state: 'done',
    verdict: 'found',
    first_bad: { sha: commits[first], title: `Change ${first}` },
  })
  expect(record.steps.length).toBeLessThanOrEqual(5)
  expect([await git('status', '--porcelain', '--untracked-files=no'), await git('rev-parse', 'HEAD')]).toEqual(before)
})

test('skips commits that cannot be judged, and says a range when only those are left', async () => {
  const found = await bisect((value) => (value === 4 ? 'skip' : value >= 6 ? 'bad' : 'good'))
  expect(found).toMatchObject({ verdict: 'found', first_bad: { sha: commits[6] } })
  const range = await bisect((value) => (value === 3 || value === 4 ? 'skip' : value >= 4 ? 'bad' : 'good'))
  expect(range.verdict).toBe('range')
  expect(range.suspects.map(({ sha }) => sha).toSorted()).toEqual(commits.slice(3, 6).toSorted())
})

test('a flaky answer does not lead astray', async () => {
  const record = await bisect((value, attempt) => (value >= 5 !== (attempt === 2) ? 'bad' : 'good'), { lead: 2 })
  expect(record).toMatchObject({ verdict: 'found', first_bad: { sha: commits[5] } })
  expect(record.steps[0]?.tries).toEqual(['bad', 'good', 'bad', 'bad'])
})

test('ends that do not differ are told, before anything else is tried', async () => {
  const record = await bisect(() => 'bad')
  expect(record).toMatchObject({ verdict: 'not-reproduced', first_bad: null })
  expect(record.reason).toContain(`${commits[0]?.slice(0, 12)} was said to be good and is bad`)
  expect(record.steps).toHaveLength(2)
})

test('commits that are not there, or the wrong way round, are the caller’s fault', async () => {
  await expect(bisect(() => 'good', { good: 'v9.9' })).rejects.toThrow("no commit 'v9.9'")
  await expect(
    bisect((value) => (value === 2 ? 'bad' : 'good'), { good: commits[7], bad: commits[2] }),
  ).rejects.toThrow('is no ancestor of')
  await expect(bisect(() => 'good', { source: tmpdir() })).rejects.toThrow('no git repository')
})

test('an interruption leaves a whole record of what was tried', async () => {
  const controller = new AbortController()
  let runs = 0
  const attempt: TryCommit = async () => {
    if (++runs === 2) controller.abort()
    return { verdict: runs === 1 ? 'bad' : 'good', reason: null }
  }
  const request = {
    source: folder,
    good: commits[0] ?? '',
    bad: 'HEAD',
    subject: 'x',
    outputDir: join(folder, 'out'),
    lead: 1,
  }
  const record = await bisectHistory(request, attempt, { ...context, signal: controller.signal })
  expect(record).toMatchObject({ state: 'cancelled', verdict: null })
  expect(record.steps).toHaveLength(1)
})
