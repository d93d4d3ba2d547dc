import { expect, test } from 'vitest'
import { cacheScopes } from '#github/cache-scopes'

const pull = (headRepository: string | null) => ({
  number: 7,
  headSha: 'a'.repeat(40),
  headBranch: 'topic',
  headRepository,
  baseSha: 'b'.repeat(40),
  baseBranch: 'linux-6.1.y',
  commits: 1,
})
const base = { repository: 'octo/linux', defaultBranch: 'main', pullRequest: null }
const reads = (branch: string) => ({ ref: `refs/heads/${branch}`, read: true, write: false })

test('a push writes its branch and reads the default one; on the default branch there is one scope', () => {
  const scopes = (ref: string) => cacheScopes({ ...base, name: 'push', ref })
  expect(scopes('refs/heads/next')).toEqual([{ ref: 'refs/heads/next', read: true, write: true }, reads('main')])
  expect(scopes('refs/heads/main')).toEqual([{ ref: 'refs/heads/main', read: true, write: true }])
})

test('a pull request writes nothing but its own ref, and one of a fork nothing at all', () => {
  const scopes = (head: string | null, name = 'pull_request') =>
    cacheScopes({ ...base, name, ref: 'refs/pull/7/merge', pullRequest: pull(head) })
  const shared = [reads('linux-6.1.y'), reads('main')]
  expect(scopes('octo/linux')).toEqual([{ ref: 'refs/pull/7/merge', read: true, write: true }, ...shared])
  expect(scopes('fork/linux')).toEqual(shared)
  expect(scopes(null)).toEqual(shared)
})

test.each(['pull_request_target', 'issue_comment', 'workflow_run', 'whatever'])('%s writes nothing', (name) => {
  for (const pullRequest of [null, pull('octo/linux')]) {
    const scopes = cacheScopes({ ...base, name, ref: 'refs/heads/main', pullRequest })
    expect(scopes.filter(({ write }) => write)).toEqual([])
    expect(scopes).toContainEqual(reads('main'))
  }
})
