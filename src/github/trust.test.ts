import { describe, expect, test } from 'vitest'
import type { PullRequest } from '#github/event'
import { decideTrust, labAccess } from '#github/trust'

const from = (headRepository: string | null): PullRequest => ({
  number: 1,
  headSha: 'a'.repeat(40),
  headBranch: 'main',
  headRepository,
  baseSha: 'b'.repeat(40),
  baseBranch: 'main',
  commits: 1,
})
const repository = 'octo/linux'

describe('trust', () => {
  test.each(['push', 'schedule', 'workflow_dispatch', 'merge_group'])('%s is trusted', (name) => {
    expect(decideTrust({ name, repository, pullRequest: null }).trusted).toBe(true)
  })

  test.each([
    ['a pull request from this repository', repository, true],
    ['a pull request from a fork', 'evil/linux', false],
    ['a pull request whose fork was deleted', null, false],
    ['a pull request from a repository whose name differs in case', 'Octo/linux', false],
  ])('%s', (_name, head, trusted) => {
    expect(decideTrust({ name: 'pull_request', repository, pullRequest: from(head) }).trusted).toBe(trusted)
  })

  test.each(['pull_request_target', 'issue_comment', 'workflow_run', 'release', 'anything-new'])(
    '%s is not, even for this repository',
    (name) => {
      expect(decideTrust({ name, repository, pullRequest: from(repository) }).trusted).toBe(false)
    },
  )
})

test.each([
  ['push', null, 'yes'],
  ['pull_request', 'evil/linux', 'approval'],
  ['pull_request_target', repository, 'no'],
  ['issue_comment', repository, 'no'],
  ['workflow_run', repository, 'no'],
])('a lab for %s from %s: %s', (name, head, access) => {
  expect(labAccess({ name, repository, pullRequest: head === null ? null : from(head) })).toBe(access)
})
