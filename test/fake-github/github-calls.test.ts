import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listChangedPaths } from '#github/changed-paths'
import type { PullRequest, RunEvent } from '#github/event'
import { findBaseline } from '#github/find-baseline'
import { requireLabAccess } from '#github/lab-approval'
import { connect } from '#github/octokit'
import { putComment } from '#github/pull-comment'
import { silentReporter } from '#log/reporter'
import { type FakeGithub, startFakeGithub } from './start.ts'
import type { FakeRun } from './state.ts'

// The first call of each kind compiles its part of GitHub's description.
vi.setConfig({ testTimeout: 60_000 })

let github: FakeGithub
beforeEach(async () => {
  github = await startFakeGithub()
  const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'write' } as const
  github.state.tokens.set('bot', { login: 'github-actions[bot]', isInstallation: true, permissions })
  github.state.tokens.set('weak', { login: 'github-actions[bot]', isInstallation: true, permissions: {} })
})
afterEach(async () => {
  const faults = [...github.faults]
  await github[Symbol.asyncDispose]()
  if (faults.length > 0) throw new Error(`the fake answered what GitHub would not: ${faults.join('; ')}`)
})

const client = (token = 'bot'): ReturnType<typeof connect> => connect(token, github.url, silentReporter, false)
const workflow = '.github/workflows/kernel.yml'

/** A chain of commits, oldest first; each one's parent is the one before. */
function commits(...names: readonly string[]): readonly string[] {
  const shas = names.map((name) => name.repeat(40))
  for (const [index, sha] of shas.entries()) {
    github.state.commits.set(sha, { sha, parents: index === 0 ? [] : [shas[index - 1] ?? ''] })
  }
  return shas
}

function run(id: number, headSha: string, more: Partial<FakeRun> = {}): void {
  const artifacts = ['lkft.report.all.a1']
  github.state.runs.push({
    id,
    headSha,
    event: 'push',
    path: workflow,
    headRepository: 'octo/linux',
    artifacts,
    ...more,
  })
}

function event(sha: string, more: Partial<RunEvent> = {}): RunEvent {
  return {
    name: 'push',
    repository: 'octo/linux',
    sha,
    ref: 'refs/heads/main',
    runId: 900,
    attempt: 1,
    serverUrl: 'https://github.localhost',
    apiUrl: github.url,
    pullRequest: null,
    before: undefined,
    workflow,
    runUrl: 'https://github.localhost/octo/linux/actions/runs/900',
    ...more,
  }
}

const pull: PullRequest = {
  number: 7,
  headSha: 'e'.repeat(40),
  headBranch: 'main',
  headRepository: 'evil/linux',
  baseSha: 'a'.repeat(40),
  baseBranch: 'main',
  commits: 1,
}

describe('the baseline', () => {
  const find = async (sha: string): Promise<readonly number[]> =>
    (await findBaseline(client(), event(sha), workflow, 'lkft', 'bot')).map(({ from }) => from.workflowRunId)

  test('is the newest run at the first parent, then at its nearest ancestors, whatever their conclusion', async () => {
    const [a = '', b = '', c = ''] = commits('a', 'b', 'c')
    run(1, a)
    run(2, b, { conclusion: 'failure' })
    run(3, b)
    run(4, c)
    expect(await find(c)).toEqual([3, 2, 1])
  })

  test('of a merge commit follows the first parent only', async () => {
    const [base = '', tip = ''] = commits('a', 'b')
    const side = 'd'.repeat(40)
    github.state.commits.set(side, { sha: side, parents: [base] })
    const merge = 'f'.repeat(40)
    github.state.commits.set(merge, { sha: merge, parents: [tip, side] })
    run(1, tip)
    run(2, side)
    expect(await find(merge)).toEqual([1])
  })

  test.each([
    ["a fork's run from a branch called main", { headRepository: 'evil/linux', headBranch: 'main' }],
    ["a pull request's run", { event: 'pull_request' }],
    ['a run of another workflow with the same name', { path: 'x/.github/workflows/kernel.yml' }],
    ['a run that is not over', { status: 'in_progress' }],
    ['a run without a report', { artifacts: ['lkft.plan.all.a1', 'other.report.all.a1'] }],
  ] as const)('is never %s', async (_name, more) => {
    const [a = '', b = ''] = commits('a', 'b')
    run(1, a, more)
    expect(await find(b)).toEqual([])
  })

  test('of a first commit is none', async () => {
    const [a = ''] = commits('a')
    expect(await find(a)).toEqual([])
  })
})

describe('the comment', () => {
  const request = { repository: 'octo/linux', pull: 7, key: 'lkft', whereAll: 'the run' }
  const bodies = (): readonly string[] => github.state.comments.map(({ body }) => body)

  test('is made once and updated in place, also beyond the first hundred', async () => {
    for (let id = 1; id <= 130; id++) github.state.comments.push({ id, issue: 7, login: 'someone', body: 'talk' })
    await putComment(client(), { ...request, markdown: 'first' })
    await putComment(client(), { ...request, markdown: 'second' })
    expect(github.state.comments).toHaveLength(131)
    expect(bodies().at(-1)).toBe('<!-- lkft report lkft -->\nsecond')
  })

  test('of another plan is another comment', async () => {
    await putComment(client(), { ...request, markdown: 'one' })
    await putComment(client(), { ...request, key: 'nightly -->', markdown: 'two' })
    expect(bodies()).toEqual(['<!-- lkft report lkft -->\none', '<!-- lkft report nightly%20%2D%2D%3E -->\ntwo'])
  })

  test('of somebody who copied the marker is left alone', async () => {
    github.state.comments.push({ id: 1, issue: 7, login: 'mallory', body: '<!-- lkft report lkft -->\nmine' })
    await putComment(client(), { ...request, markdown: 'ours' })
    expect(bodies()).toEqual(['<!-- lkft report lkft -->\nmine', '<!-- lkft report lkft -->\nours'])
  })

  test('that is too long is cut at a line with a note', async () => {
    await putComment(client(), { ...request, markdown: 'ä line of a report\n'.repeat(10_000) })
    const [body = ''] = bodies()
    expect(body.length).toBeLessThanOrEqual(65_536)
    expect(body).toMatch(/ä line of a report\n\n_Cut here: the rest is in the run\._\n$/)
  })

  test('needs a token that may write', async () => {
    await expect(putComment(client('weak'), { ...request, markdown: 'x' })).rejects.toThrow('not accessible')
  })
})

describe('a lab', () => {
  const ask = async (given: RunEvent, environment?: string, token = 'bot'): Promise<void> =>
    requireLabAccess(given, environment, () => connect(token, github.url, silentReporter, false))
  const fork = (): RunEvent => event('a'.repeat(40), { name: 'pull_request', pullRequest: pull, runId: 5 })

  test('is open to a push and to a pull request from this repository, without a call', async () => {
    await ask(event('a'.repeat(40)))
    const own = { ...pull, headRepository: 'octo/linux' }
    await ask(event('a'.repeat(40), { name: 'pull_request', pullRequest: own }))
    expect(github.state.calls).toEqual([])
  })

  test("is open to a fork's run only after an approval of that environment for that run", async () => {
    run(5, 'a'.repeat(40), { reviews: [{ environment: 'lab', state: 'approved' }] })
    run(6, 'a'.repeat(40), { reviews: [{ environment: 'lab', state: 'rejected' }] })
    await ask(fork(), 'lab')
    await expect(ask({ ...fork(), runId: 6 }, 'lab')).rejects.toThrow("nobody approved the environment 'lab'")
    await expect(ask(fork(), 'other')).rejects.toThrow("nobody approved the environment 'other'")
    await expect(ask(fork())).rejects.toThrow('needs an environment with required reviewers')
  })

  test('stays closed when the approval cannot be checked', async () => {
    run(5, 'a'.repeat(40), { reviews: [{ environment: 'lab', state: 'approved' }] })
    await expect(ask(fork(), 'lab', 'weak')).rejects.toThrow('could not be checked')
  })

  test.each(['pull_request_target', 'issue_comment', 'workflow_run'])('is never open to %s', async (name) => {
    run(900, 'a'.repeat(40), { reviews: [{ environment: 'lab', state: 'approved' }] })
    await expect(ask(event('a'.repeat(40), { name }), 'lab')).rejects.toThrow(`${name} may never use a lab`)
  })
})

test('the changed paths of a pull request come from all its pages', async () => {
  const files = Array.from({ length: 250 }, (_, index) => `drivers/net/${index}.c`)
  github.state.pulls.push({ number: 7, headSha: pull.headSha, headRepository: 'evil/linux', files })
  const changed = await listChangedPaths(
    client(),
    event('a'.repeat(40), { name: 'pull_request', pullRequest: pull }),
    undefined,
  )
  expect(changed).toEqual(files)
})
