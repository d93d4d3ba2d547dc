import type { Octokit } from '@octokit/rest'
import { fitMarkdown } from '#github/job-summary'
import { listFailing, listRegressions, type Regression } from '#report/list-regressions'
import { codeBlock } from '#report/markdown/code'
import type { Report } from '#schema/documents'

export interface IssuesRequest {
  readonly repository: string
  /** Tells these issues from those of another plan of the same repository. */
  readonly key: string
  /** The run, linked in what is written. */
  readonly link: string
}

export interface IssuesResult {
  readonly opened: readonly string[]
  readonly closed: readonly string[]
}

const label = 'lkft-regression'
/** New issues of one run; when everything breaks at once, one cause is more likely than a hundred. */
const mostNew = 20
const largestBody = 50_000

interface OpenIssue {
  readonly number: number
  readonly url: string
  readonly id: string
  readonly environments: readonly string[]
}

/**
 * An issue for each regression: opened once, whatever the number of environments and
 * builds it is seen in, closed when every environment it names ran and it works again.
 * Only issues that carry the label and begin with our marker are touched.
 */
export async function putIssues(octokit: Octokit, report: Report, request: IssuesRequest): Promise<IssuesResult> {
  const [owner = '', repo = ''] = request.repository.split('/')
  const known = await listOpen(octokit, { owner, repo }, request.key)
  const ids = new Set(known.map(({ id }) => id))
  const opened: string[] = []
  for (const regression of listRegressions(report)) {
    if (ids.has(regression.id) || opened.length === mostNew) continue
    const body = bodyOf(regression, report, request)
    const { data } = await octokit.rest.issues.create({ owner, repo, title: regression.title, body, labels: [label] })
    opened.push(data.html_url)
  }
  const closed: string[] = []
  const failing = listFailing(report)
  const ran = new Set([...report.environments, ...report.builds].filter(isWhole).map(({ name }) => name))
  for (const { number, url, id, environments } of known) {
    const isSeen = report.missing.length === 0 && environments.every((name) => ran.has(name))
    if (failing.has(id) || !isSeen) continue
    const body = `Works again in ${request.link}`
    await octokit.rest.issues.createComment({ owner, repo, issue_number: number, body })
    await octokit.rest.issues.update({ owner, repo, issue_number: number, state: 'closed', state_reason: 'completed' })
    closed.push(url)
  }
  return { opened, closed }
}

function isWhole({ verdict }: { readonly verdict: string | null }): boolean {
  return verdict === 'pass' || verdict === 'fail'
}

function markerOf(key: string): string {
  return `<!-- lkft regression ${encodeURIComponent(key).replaceAll('-', '%2D')} `
}

function bodyOf(
  { id, environments, markdown }: Regression,
  { baseline, current }: Report,
  { key, link }: IssuesRequest,
): string {
  const names = Buffer.from(JSON.stringify(environments)).toString('base64url')
  const good = baseline === null ? 'not known' : (baseline.kernel ?? baseline.name)
  return [
    `${markerOf(key)}${id} ${names} -->`,
    fitMarkdown(markdown, largestBody, link),
    `First seen in ${link}`,
    codeBlock(`good: ${good}\nbad:  ${current.kernel ?? current.name}`, 'text'),
  ].join('\n\n')
}

async function listOpen(
  octokit: Octokit,
  where: { readonly owner: string; readonly repo: string },
  key: string,
): Promise<OpenIssue[]> {
  const marker = markerOf(key)
  const found: OpenIssue[] = []
  const query = { ...where, state: 'open', labels: label, per_page: 100 } as const
  for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listForRepo, query)) {
    for (const { number, body, html_url: url, pull_request: pull } of data) {
      if (pull !== undefined || body?.startsWith(marker) !== true) continue
      const [, id, names = ''] = /^([0-9a-f]{16}) ([\w-]*) -->/.exec(body.slice(marker.length)) ?? []
      if (id !== undefined) found.push({ number, url, id, environments: parseNames(names) })
    }
  }
  return found
}

/** Anybody who may label issues may have changed the text; what is no list of names names nothing that ran. */
function parseNames(text: string): readonly string[] {
  try {
    const names = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : ['\0']
  } catch {
    return ['\0']
  }
}
