import type { BranchOverview, OpenRegression, ProjectBuilds } from '#report/site/site-data'
import { readBuilds, readOverview } from '../data/project.ts'
import { el, lengthen, link, name, outward, table, testName } from '../dom.ts'
import { buildTitle, count, moment, plural } from '../format.ts'
import { branchChoice, branchName, empty, environmentList, heading, strip, tag } from '../parts.ts'
import { project, type Route } from '../route.ts'
import { branchOf, branchWord, type Page } from './page.ts'

/** LKFT answers a release candidate within this time. */
const clockHours = 48

/** What fails on a branch that passed before, longest first, against the clock. */
export async function regressionsPage(route: Route, projectName: string): Promise<Page> {
  const [overview, builds] = await Promise.all([readOverview(projectName), readBuilds(projectName)])
  const wanted = branchOf(route)
  const shown = overview.branches.find(({ branch }) => branch === wanted) ?? overview.branches[0]
  const title = 'Open regressions'
  if (shown === undefined) return { title, content: [heading(title), empty('No builds yet.')] }
  const branches = overview.branches.map(({ branch }) => branch)
  return {
    title,
    content: [
      heading(title),
      el(
        'div',
        { class: 'tools' },
        branchChoice(
          branches,
          shown.branch,
          (chosen) => project.page(projectName, 'regressions', branchWord(chosen)),
          false,
        ),
        el('span', { class: 'quiet' }, `${branchName(shown.branch)}, the newest ${plural(shown.builds, 'build')}`),
      ),
      drawList(projectName, shown, builds),
      el(
        'p',
        { class: 'quiet' },
        `A test that passed, fails in the newest build that ran it, and is not flaky. The clock runs ${clockHours} h from the first bad build.`,
      ),
    ],
  }
}

function drawList(projectName: string, shown: BranchOverview, builds: ProjectBuilds): Node {
  if (shown.regressions.length === 0) return empty('No open regression.', 'Nothing that passed before fails now.')
  const now = Date.now()
  const heads = ['What fails', 'Clock', 'First bad build', 'Environments', 'Lately']
  const list = lengthen(
    shown.regressions,
    (regression) => drawRegression(projectName, shown.branch, regression, builds, now),
    (rows) => table('Open regressions', heads, rows),
  )
  const hidden = shown.regressionCount - shown.regressions.length
  return el(
    'div',
    {},
    list,
    hidden > 0 ? el('p', { class: 'notice' }, `${count(hidden)} younger ones are not listed.`) : null,
  )
}

function drawRegression(
  projectName: string,
  branch: string | null,
  { kind, suite, test, environments, firstBad, since, lastGood, history, knownIssue }: OpenRegression,
  { builds }: ProjectBuilds,
  now: number,
): Node {
  const bad = builds.find(({ id }) => id === firstBad)
  const address =
    kind === 'crash' ? project.build(projectName, firstBad) : project.test(projectName, suite, test, branchWord(branch))
  const title = link(address, ...(kind === 'crash' ? [tag(suite, 'bad'), ' ', name(test)] : [testName(suite, test)]))
  title.className = 'row-link'
  return el(
    'tr',
    {},
    el(
      'th',
      { scope: 'row' },
      title,
      knownIssue === null ? null : el('div', { class: 'quiet' }, 'known: ', outward(knownIssue.url, knownIssue.title)),
    ),
    el('td', { class: 'kernel' }, knownIssue === null ? drawClock(since, now) : tag('known', 'quiet')),
    el(
      'td',
      { class: 'kernel' },
      link(project.build(projectName, firstBad), name(bad === undefined ? firstBad : buildTitle(bad))),
      el('div', { class: 'quiet' }, `${moment(since)} UTC`),
      lastGood === null ? null : link(project.compare(projectName, lastGood, firstBad), 'compare with last good'),
    ),
    el('td', {}, environmentList(environments)),
    el('td', {}, history === '' ? null : strip(history)),
  )
}

function drawClock(since: string, now: number): Node {
  const hours = (now - Date.parse(since)) / 3_600_000
  const left = clockHours - hours
  const words = left >= 0 ? `${Math.ceil(left)} h left` : `${lasting(-left)} over`
  return el(
    'span',
    {},
    tag(words, left < 0 ? 'bad' : left < 8 ? 'warn' : 'good'),
    el('div', { class: 'quiet' }, `open ${lasting(hours)}`),
  )
}

function lasting(hours: number): string {
  return hours < 72 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} days`
}
