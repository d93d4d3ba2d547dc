import { checkAndIssueRoutes } from './check-and-issue-answers.ts'
import { gitRoutes } from './git-answers.ts'
import { type Call, ok, paged, type Route } from './route.ts'
import type { FakeRun } from './state.ts'

/** What each operation answers, from the state; `undefined` is 404. */
export const routes: Readonly<Record<string, Route>> = {
  ...gitRoutes,
  ...checkAndIssueRoutes,
  'GET /user': {
    permissions: [],
    answer: ({ token }) =>
      token.isInstallation
        ? { status: 403, body: { message: 'Resource not accessible by integration' } }
        : ok({ login: token.login }),
  },
  'GET /repos/{owner}/{repo}/commits/{ref}': {
    permissions: ['contents:read'],
    answer: ({ state, path }) => {
      const commit = state.commits.get(path['ref'] ?? '')
      return commit && ok(commitBody(commit))
    },
  },
  'GET /repos/{owner}/{repo}/commits': {
    permissions: ['contents:read'],
    answer: ({ state, query }) => {
      const history = []
      let commit = state.commits.get(query.get('sha') ?? '')
      for (; commit !== undefined; commit = state.commits.get(commit.parents[0] ?? '')) history.push(commitBody(commit))
      return paged(history, query)
    },
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': {
    permissions: ['pull-requests:read'],
    answer: ({ state, path }) => {
      const pull = state.pulls.find(({ number }) => number === Number(path['pull_number']))
      return pull && ok({ number: pull.number, head: { sha: pull.headSha, repo: { full_name: pull.headRepository } } })
    },
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': {
    permissions: ['pull-requests:read'],
    answer: ({ state, path, query }) => {
      const pull = state.pulls.find(({ number }) => number === Number(path['pull_number']))
      return (
        pull &&
        paged(
          pull.files.map((filename) => ({ filename, sha: 'f'.repeat(40) })),
          query,
        )
      )
    },
  },
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': {
    permissions: ['actions:read'],
    answer: ({ state, path, query }) => {
      const runs = state.runs
        .filter((run) => run.path.endsWith(`/${path['workflow_id']}`))
        .filter((run) => query.get('status') !== 'completed' || run.status !== 'in_progress')
        .toSorted((a, b) => b.id - a.id)
      return paged(runs.map(runBody), query, 'workflow_runs')
    },
  },
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}': {
    permissions: ['actions:read'],
    answer: (call) => {
      const run = findRun(call)
      return run && ok(runBody(run))
    },
  },
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts': {
    permissions: ['actions:read'],
    answer: (call) => {
      const run = findRun(call)
      if (run === undefined) return undefined
      const artifacts = run.artifacts.map((name, index) => ({ id: run.id * 1000 + index, name, expired: false }))
      return paged(artifacts, call.query, 'artifacts')
    },
  },
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals': {
    permissions: ['actions:read'],
    answer: (call) => {
      const run = findRun(call)
      const body = (run?.reviews ?? []).map(({ environment, state }) => ({
        state,
        environments: [{ name: environment }],
        user: { login: 'maintainer' },
      }))
      return run && ok(body)
    },
  },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': {
    permissions: ['pull-requests:read', 'issues:read'],
    answer: ({ state, path, query }) => {
      const comments = state.comments.filter(({ issue }) => issue === Number(path['issue_number']))
      return paged(comments.map(commentBody), query)
    },
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': {
    permissions: ['pull-requests:write', 'issues:write'],
    answer: ({ state, path, body, token }) => {
      const text = String(body['body'])
      if (text.length > 65_536)
        return { status: 422, body: { message: 'body is too long (maximum is 65536 characters)' } }
      const id = state.comments.length + 1
      const comment = { id, issue: Number(path['issue_number']), login: token.login, body: text }
      state.comments.push(comment)
      return { status: 201, body: commentBody(comment) }
    },
  },
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': {
    permissions: ['pull-requests:write', 'issues:write'],
    answer: ({ state, path, body }) => {
      const comment = state.comments.find(({ id }) => id === Number(path['comment_id']))
      if (comment === undefined) return undefined
      comment.body = String(body['body'])
      return ok(commentBody(comment))
    },
  },
}

function findRun({ state, path }: Call): FakeRun | undefined {
  return state.runs.find(({ id }) => id === Number(path['run_id']))
}

function commitBody({ sha, parents }: { readonly sha: string; readonly parents: readonly string[] }): object {
  const uri = 'https://github.localhost/x'
  return { sha, parents: parents.map((parent) => ({ sha: parent, url: uri })) }
}

function runBody(run: FakeRun): object {
  return {
    id: run.id,
    head_sha: run.headSha,
    head_branch: run.headBranch ?? 'main',
    event: run.event,
    path: run.path,
    status: run.status ?? 'completed',
    conclusion: run.conclusion ?? 'success',
    head_repository: { full_name: run.headRepository },
  }
}

function commentBody({
  id,
  body,
  login,
}: {
  readonly id: number
  readonly body: string
  readonly login: string
}): object {
  return { id, body, user: { login }, html_url: `https://github.localhost/octo/linux/pull/1#issuecomment-${id}` }
}
