import type { BranchSummary, SiteProject } from '#report/site/site-data'
import { readSite } from '../data/project.ts'
import { el, link, name, table } from '../dom.ts'
import { age, buildTitle, count, moment, plural } from '../format.ts'
import { branchName, countsBar, empty, heading, tag } from '../parts.ts'
import { project } from '../route.ts'
import { branchWord, type Page } from './page.ts'

/** Every project and branch with its newest build. */
export async function projectsPage(): Promise<Page> {
  const { projects, generated } = await readSite()
  const rows = projects.flatMap((one) => one.branches.map((branch, index) => drawBranch(one, branch, index === 0)))
  const heads = ['Project', 'Branch', 'Newest build', 'Results', 'Failures', 'Open regressions', 'Builds']
  return {
    title: 'Projects',
    content: [
      heading('Projects'),
      el('p', { class: 'quiet' }, `As of ${moment(generated)} UTC, ${age(generated, Date.now())} ago`),
      rows.length === 0
        ? empty('No results yet.', 'The first lkft results push to the repository of this site makes them appear here.')
        : table('Projects and branches', heads, rows),
    ],
  }
}

function drawBranch(one: SiteProject, { branch, builds, newest, open, oldest }: BranchSummary, isFirst: boolean): Node {
  const { counts } = newest
  const title = link(
    project.builds(one.name, branchWord(branch)),
    isFirst ? name(one.name) : name(one.name, 'name again'),
  )
  title.className = 'row-link'
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, title),
    el('td', {}, name(branchName(branch))),
    el(
      'td',
      { class: 'kernel' },
      link(project.build(one.name, newest.id), name(buildTitle(newest))),
      el('div', { class: 'quiet' }, `${moment(newest.created)} UTC`),
    ),
    el('td', { class: 'wide' }, countsBar(counts)),
    el('td', { class: counts.fail > 0 ? 'n bad' : 'n' }, count(counts.fail)),
    el(
      'td',
      {},
      open === 0
        ? tag('none', 'good')
        : link(
            project.page(one.name, 'regressions', branchWord(branch)),
            tag(count(open), 'bad'),
            oldest === null ? '' : ` oldest ${age(oldest, Date.now())}`,
          ),
    ),
    el('td', { class: 'n' }, plural(builds, 'build')),
  )
}
