import { type Answer, ok, paged, type Route } from './route.ts'
import type { FakeCheck, FakeIssue } from './state.ts'

/** GitHub refuses a request with more. */
const annotationsPerRequest = 50

interface Output {
  readonly title: string
  readonly summary: string
  readonly annotations?: readonly object[]
}

/** Check runs and issues. */
export const checkAndIssueRoutes: Readonly<Record<string, Route>> = {
  'POST /repos/{owner}/{repo}/check-runs': {
    permissions: ['checks:write'],
    answer: ({ state, body }) => {
      const check: FakeCheck = {
        id: state.checks.length + 1,
        name: String(body['name']),
        headSha: String(body['head_sha']),
        conclusion: null,
        summary: '',
        annotations: [],
      }
      const refused = update(check, body)
      if (refused !== undefined) return refused
      state.checks.push(check)
      return { status: 201, body: checkBody(check) }
    },
  },
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': {
    permissions: ['checks:write'],
    answer: ({ state, path, body }) => {
      const check = state.checks.find(({ id }) => id === Number(path['check_run_id']))
      return check && (update(check, body) ?? ok(checkBody(check)))
    },
  },
  'GET /repos/{owner}/{repo}/issues': {
    permissions: ['issues:read'],
    answer: ({ state: { issues }, query }) => {
      const wanted = query.get('state') ?? 'open'
      const labels = (query.get('labels') ?? '').split(',').filter(Boolean)
      const found = issues.filter(
        (issue) =>
          (wanted === 'all' || issue.state === wanted) && labels.every((label) => issue.labels.includes(label)),
      )
      return paged(found.map(issueBody), query)
    },
  },
  'POST /repos/{owner}/{repo}/issues': {
    permissions: ['issues:write'],
    answer: ({ state: { issues }, body, token }) => {
      const labels = (body['labels'] ?? []) as string[]
      const issue: FakeIssue = {
        number: 1000 + issues.length,
        login: token.login,
        title: String(body['title']),
        body: typeof body['body'] === 'string' ? body['body'] : '',
        labels,
        state: 'open',
      }
      issues.push(issue)
      return { status: 201, body: issueBody(issue) }
    },
  },
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}': {
    permissions: ['issues:write'],
    answer: ({ state: { issues }, path, body }) => {
      const issue = issues.find(({ number }) => number === Number(path['issue_number']))
      if (issue === undefined) return undefined
      if (typeof body['body'] === 'string') issue.body = body['body']
      if (body['state'] === 'open' || body['state'] === 'closed') issue.state = body['state']
      return ok(issueBody(issue))
    },
  },
}

function update(check: FakeCheck, body: Readonly<Record<string, unknown>>): Answer | undefined {
  const output = body['output'] as Output | undefined
  const annotations = output?.annotations ?? []
  if (annotations.length > annotationsPerRequest || (output?.summary.length ?? 0) > 65_535) {
    return { status: 422, body: { message: 'Invalid request.\n\nNo more than 50 annotations, 65535 characters' } }
  }
  check.annotations.push(...annotations)
  if (output !== undefined) check.summary = output.summary
  if (typeof body['conclusion'] === 'string') check.conclusion = body['conclusion']
  return undefined
}

function checkBody({ id, name, headSha, conclusion }: FakeCheck): object {
  const html = `https://github.localhost/octo/linux/runs/${id}`
  const status = conclusion === null ? 'in_progress' : 'completed'
  return { id, name, head_sha: headSha, conclusion, status, html_url: html, started_at: null, completed_at: null }
}

function issueBody({ number, title, body, login, labels, state }: FakeIssue): object {
  const html = `https://github.localhost/octo/linux/issues/${number}`
  return { number, title, body, state, labels: labels.map((name) => ({ name })), user: { login }, html_url: html }
}
