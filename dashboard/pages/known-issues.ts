import type { SiteKnownIssue } from '#report/site/site-data'
import { readOverview } from '../data/project.ts'
import { el, name, outward, table } from '../dom.ts'
import { empty, environmentList, heading, tag } from '../parts.ts'
import type { Route } from '../route.ts'
import type { Page } from './page.ts'

/** The known issues of the repository. */
export async function knownIssuesPage(_route: Route, projectName: string): Promise<Page> {
  const { knownIssues } = await readOverview(projectName)
  const today = new Date().toISOString().slice(0, 10)
  const title = 'Known issues'
  const heads = ['Issue', 'Covers', 'Environments', 'From', 'Until', 'Owner', 'State']
  return {
    title,
    content: [
      heading(title),
      knownIssues.length === 0
        ? empty('No known issues.', 'A known-issues.yaml in the root of the results repository puts them here.')
        : table(
            title,
            heads,
            knownIssues.map((issue) => drawIssue(issue, today)),
          ),
    ],
  }
}

function drawIssue(issue: SiteKnownIssue, today: string): Node {
  const { title, test, crash, environments, since, until, owner, url } = issue
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, outward(url, title)),
    el(
      'td',
      {},
      test === null ? null : name(test, 'mono'),
      crash === null ? null : el('span', {}, 'crash ', name(crash, 'mono')),
    ),
    el('td', {}, environments.length === 0 ? 'all' : environmentList(environments)),
    el('td', {}, since === null ? '' : name(since)),
    el('td', {}, until === null ? '' : name(until)),
    el('td', {}, owner === null ? '' : name(owner)),
    el('td', {}, drawState(issue, today), issue.intermittent ? tag('intermittent', 'warn') : null),
  )
}

function drawState({ active, until }: SiteKnownIssue, today: string): Node {
  if (!active) return tag('inactive', 'quiet')
  return until !== null && until < today ? tag('expired', 'bad') : tag('active', 'good')
}
