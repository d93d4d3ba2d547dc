import { readBuilds, readSuites, readTestNames } from '../data/project.ts'
import { el, lengthen, link, name, table, testName } from '../dom.ts'
import { buildTitle, count, moment, plural } from '../format.ts'
import { empty, heading } from '../parts.ts'
import { project, to, type Route } from '../route.ts'
import type { Page } from './page.ts'

/** Search over builds and tests; without a word the suites. */
export async function testsPage({ query }: Route, projectName: string): Promise<Page> {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return words.length === 0 ? suitesPage(projectName) : searchPage(projectName, words)
}

async function suitesPage(projectName: string): Promise<Page> {
  const suites = await readSuites(await readBuilds(projectName))
  const title = 'Tests'
  const rows = suites.map(([suite, tests]) => {
    const address = link(to(['p', projectName, 'tests'], { q: suite }), name(suite))
    address.className = 'row-link'
    return el('tr', {}, el('th', { scope: 'row' }, address), el('td', { class: 'n' }, count(tests)))
  })
  const what = `${plural(suites.length, 'suite')}, as run in the newest month. Press / to search.`
  const list = rows.length === 0 ? empty('No tests yet.') : table('Suites', ['Suite', 'Tests'], rows, 'narrow')
  return { title, content: [heading(title), el('p', { class: 'quiet' }, what), list] }
}

async function searchPage(projectName: string, words: readonly string[]): Promise<Page> {
  const index = await readBuilds(projectName)
  const holds = (text: string): boolean => words.every((word) => text.includes(word))
  const builds = index.builds.filter(({ id, kernel, commit, branch }) =>
    holds([id, kernel, commit, branch].join(' ').toLowerCase()),
  )
  const tests = (await readTestNames(index)).filter(([suite, test]) => holds(`${suite}/${test}`.toLowerCase()))
  const title = `Search: ${words.join(' ')}`
  return {
    title,
    content: [
      heading('Search: ', name(words.join(' '))),
      builds.length === 0
        ? null
        : el(
            'section',
            {},
            el('h2', {}, 'Builds ', el('span', { class: 'count' }, count(builds.length))),
            lengthen(
              builds.toReversed(),
              (build) => {
                const address = link(project.build(projectName, build.id), name(buildTitle(build)))
                address.className = 'row-link'
                return el('tr', {}, el('th', { scope: 'row' }, address), el('td', {}, moment(build.created)))
              },
              (rows) => table('Builds found', ['Build', 'Made'], rows, 'narrow'),
            ),
          ),
      el(
        'section',
        {},
        el('h2', {}, 'Tests ', el('span', { class: 'count' }, count(tests.length))),
        tests.length === 0
          ? empty('No test of the newest month has all these words in its name.')
          : lengthen(
              tests,
              ([suite, test]) => {
                const address = link(project.test(projectName, suite, test), testName(suite, test))
                address.className = 'row-link'
                return el('li', {}, address)
              },
              (items) => el('ul', { class: 'found' }, items),
            ),
      ),
    ],
  }
}
