import { readOverview } from '../data/project.ts'
import { el, link, name, table, testName } from '../dom.ts'
import { count, percent, plural } from '../format.ts'
import { branchChoice, empty, heading, strip } from '../parts.ts'
import { project, type Route } from '../route.ts'
import { branchOf, branchWord, type Page } from './page.ts'

/** The least steady tests of a branch, and the suites with the most failures. */
export async function flakyPage(route: Route, projectName: string): Promise<Page> {
  const { branches } = await readOverview(projectName)
  const wanted = branchOf(route)
  const shown = branches.find(({ branch }) => branch === wanted) ?? branches[0]
  const title = 'Flakiest tests'
  if (shown === undefined) return { title, content: [heading(title), empty('No builds yet.')] }
  const builds = Math.min(50, shown.builds)
  const rows = shown.flakiest.map(({ suite, test, environment, fails, runs, flips, low, high, history }) => {
    const address = link(project.test(projectName, suite, test, branchWord(shown.branch)), testName(suite, test))
    address.className = 'row-link'
    return el(
      'tr',
      {},
      el('th', { scope: 'row' }, address),
      el('td', {}, name(environment, 'chip')),
      el('td', { class: 'n' }, count(flips)),
      el('td', { class: 'n' }, `${count(fails)} of ${count(runs)}`),
      el('td', { class: 'n' }, `${percent(low)} to ${percent(high)}`),
      el('td', {}, strip(history)),
    )
  })
  const suites = shown.suites.map(({ suite, fails, results }) =>
    el(
      'tr',
      {},
      el(
        'th',
        { scope: 'row' },
        link(project.page(projectName, 'tests', undefined) + `?q=${encodeURIComponent(suite)}`, name(suite)),
      ),
      el('td', { class: 'n bad' }, count(fails)),
      el('td', { class: 'n' }, count(results)),
      el('td', { class: 'n' }, percent(fails / results)),
    ),
  )
  const heads = ['Test', 'Environment', 'Changes', 'Failed', 'Share of failures, 95 %', 'Lately']
  return {
    title,
    content: [
      heading(title),
      el(
        'div',
        { class: 'tools' },
        branchChoice(
          branches.map(({ branch }) => branch),
          shown.branch,
          (chosen) => project.page(projectName, 'flaky', branchWord(chosen)),
          false,
        ),
        el('span', { class: 'quiet' }, `over the newest ${plural(builds, 'build')}`),
      ),
      rows.length === 0
        ? empty('No flaky test.', 'None passed and failed in turn at least twice, or both ways on one kernel.')
        : table(title, heads, rows),
      el(
        'section',
        {},
        el('h2', {}, 'Suites with the most failures'),
        suites.length === 0
          ? empty('No failures.')
          : table('Suites with the most failures', ['Suite', 'Failed', 'Results', 'Share'], suites),
      ),
    ],
  }
}
