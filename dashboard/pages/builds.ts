import type { SiteBuild } from '#report/site/site-data'
import { readBuilds } from '../data/project.ts'
import { el, lengthen, link, name, table } from '../dom.ts'
import { age, buildTitle, count, moment } from '../format.ts'
import { branchChoice, branchName, commitText, countsBar, empty, heading, tag } from '../parts.ts'
import { project } from '../route.ts'
import type { Route } from '../route.ts'
import { branchOf, branchWord, type Page } from './page.ts'

/** The builds of a project with their totals, newest first. */
export async function buildsPage(route: Route, projectName: string): Promise<Page> {
  const { builds } = await readBuilds(projectName)
  const branches = [...new Set(builds.toReversed().map(({ branch }) => branch))]
  const branch = branchOf(route)
  const shown = builds.filter((build) => branch === undefined || build.branch === branch).toReversed()
  const heads = ['Build', 'Branch', 'Made', 'Results', 'Pass', 'Fail', 'Skip', 'Environments', 'Crashes']
  const before = new Map(shown.map((build, index) => [build, olderOf(shown, index)]))
  const list =
    shown.length === 0
      ? empty('No builds yet.', branch === undefined ? '' : `None of ${branchName(branch)}.`)
      : lengthen(
          shown,
          (build) => drawBuild(projectName, build, before.get(build)),
          (rows) => table(`Builds of ${projectName}`, heads, rows),
        )
  return {
    title: projectName,
    content: [
      heading(name(projectName)),
      el(
        'div',
        { class: 'tools' },
        branchChoice(branches, branch, (chosen) => project.builds(projectName, branchWord(chosen)), true),
      ),
      list,
    ],
  }
}

function olderOf(newestFirst: readonly SiteBuild[], index: number): SiteBuild | undefined {
  const own = newestFirst[index]
  return newestFirst.slice(index + 1).find(({ branch }) => branch === own?.branch)
}

function drawBuild(projectName: string, build: SiteBuild, before: SiteBuild | undefined): Node {
  const { counts, environments, crashes, created, commit } = build
  const title = link(project.build(projectName, build.id), name(buildTitle(build)))
  title.className = 'row-link'
  const more = before === undefined ? 0 : counts.fail - before.counts.fail
  return el(
    'tr',
    {},
    el('th', { scope: 'row', class: 'kernel' }, title, el('div', { class: 'quiet' }, commitText(commit))),
    el('td', {}, name(branchName(build.branch))),
    el('td', { class: 'kernel' }, moment(created), el('div', { class: 'quiet' }, `${age(created, Date.now())} ago`)),
    el('td', { class: 'wide' }, countsBar(counts)),
    el('td', { class: 'n' }, count(counts.pass)),
    el(
      'td',
      { class: counts.fail > 0 ? 'n bad' : 'n' },
      count(counts.fail),
      more === 0
        ? null
        : el(
            'span',
            { class: 'delta', title: 'against the build before' },
            ` ${more > 0 ? '+' : '−'}${count(Math.abs(more))}`,
          ),
    ),
    el('td', { class: 'n' }, count(counts.skip + counts.xfail)),
    el('td', { class: 'n' }, count(environments)),
    el('td', { class: 'n' }, crashes === 0 ? '0' : tag(count(crashes), 'bad')),
  )
}
