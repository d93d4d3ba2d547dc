import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listChangedPaths } from '#github/changed-paths'
import type { RunEvent } from '#github/event'
import { findBaseline } from '#github/find-baseline'
import { requireLabAccess } from '#github/lab-approval'
import { connect } from '#github/octokit'
import { putComment } from '#github/pull-comment'
import { silentReporter } from '#log/reporter'
import { type FakeGithub, startFakeGithub } from './start.ts'

// Thousands of cells or calls: slow on a busy machine, not wrong.
vi.setConfig({ testTimeout: 60_000 })

/** Calls of a repository's GITHUB_TOKEN in an hour, for all its runs together. */
const callsAnHour = 1000

const workflow = '.github/workflows/kernel.yml'
const sha = (index: number): string => index.toString(16).padStart(40, '0')

let github: FakeGithub
beforeEach(async () => {
  github = await startFakeGithub()
  const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'write' } as const
  github.state.tokens.set('bot', { login: 'github-actions[bot]', isInstallation: true, permissions })
})
afterEach(() => github[Symbol.asyncDispose]())

test('the worst run makes under 200 calls, so five fit into an hour', async () => {
  const { state } = github
  for (let at = 0; at <= 120; at++) state.commits.set(sha(at), { sha: sha(at), parents: at === 0 ? [] : [sha(at - 1)] })
  // The nearest hundred commits were run, and none of them has a report.
  for (let at = 19; at < 120; at++)
    state.runs.push({
      id: at + 1,
      headSha: sha(at),
      event: 'push',
      path: workflow,
      headRepository: 'octo/linux',
      artifacts: ['lkft.plan.all.a1'],
    })
  state.pulls.push({
    number: 7,
    headSha: sha(120),
    headRepository: 'octo/linux',
    files: Array.from({ length: 2999 }, (_, at) => `lib/file-${at}.c`),
  })
  for (let id = 1; id <= 2000; id++) state.comments.push({ id, issue: 7, login: 'someone', body: 'talk' })
  const octokit = connect('bot', github.url, silentReporter, false)
  const event: RunEvent = {
    name: 'pull_request',
    repository: 'octo/linux',
    sha: sha(120),
    ref: 'refs/pull/7/merge',
    runId: 900,
    attempt: 1,
    serverUrl: 'https://github.localhost',
    apiUrl: github.url,
    pullRequest: {
      number: 7,
      headSha: sha(120),
      headBranch: 'topic',
      headRepository: 'octo/linux',
      baseSha: sha(119),
      baseBranch: 'main',
      commits: 1,
    },
    before: undefined,
    workflow,
    runUrl: 'https://github.localhost/octo/linux/actions/runs/900',
  }
  expect(await listChangedPaths(octokit, event, undefined)).toHaveLength(2999)
  expect(await findBaseline(octokit, event, workflow, 'lkft', 'bot')).toEqual([])
  await putComment(octokit, { repository: 'octo/linux', pull: 7, key: 'lkft', markdown: 'x', whereAll: 'x' })
  // Every job of a board asks too, but not in a trusted run; builds and boots call nothing.
  await requireLabAccess(event, 'lab', () => octokit)
  expect(state.calls.length).toBeGreaterThan(100)
  expect(state.calls.length).toBeLessThan(callsAnHour / 5)
  expect(github.faults).toEqual([])
})
