import { lastKnown } from '#results/observation'
import { wilsonBounds } from '#results/wilson'
import type { SiteBuild } from '#report/site/site-data'
import { readBuilds, readGrid, type TestGrid } from '../data/project.ts'
import { el, link, name, table, testName } from '../dom.ts'
import { drawGrid } from '../grid.ts'
import { buildTitle, count, percent } from '../format.ts'
import { branchChoice, empty, heading, statusWord, tag } from '../parts.ts'
import { project, to, type Route } from '../route.ts'
import { branchOf, branchWord, type Page } from './page.ts'

/** Builds a history shows at first. */
const usual = 200

/** The history of one test: builds × environments, and what it comes to in each environment. */
export async function testPage(route: Route, projectName: string): Promise<Page> {
  const [suite, test] = [route.query.get('suite') ?? '', route.query.get('test') ?? '']
  const most = Number(route.query.get('builds') ?? usual)
  const branch = branchOf(route)
  const index = await readBuilds(projectName)
  const grid = await readGrid(index, suite, test, most, (build) => branch === undefined || build.branch === branch)
  const branches = [...new Set(index.builds.toReversed().map((build) => build.branch))]
  const isEmpty = grid.environments.size === 0
  return {
    title: test,
    content: [
      heading(testName(suite, test)),
      el(
        'div',
        { class: 'tools' },
        branchChoice(branches, branch, (chosen) => project.test(projectName, suite, test, branchWord(chosen)), true),
        el('span', { class: 'quiet' }, `${count(grid.builds.length)} builds`),
        grid.older === 0
          ? ''
          : link(
              to(['p', projectName, 'test'], { suite, test, branch: branchWord(branch), builds: '100000' }),
              `Show ${count(grid.older)} older`,
            ),
      ),
      ...(isEmpty
        ? [
            empty(
              'No build of these ran this test.',
              'It may be spelled otherwise, or have run on another branch or earlier.',
            ),
          ]
        : [drawGrid(projectName, grid), drawLegend(), drawNumbers(projectName, grid)]),
    ],
  }
}

function drawLegend(): Node {
  return el(
    'ul',
    { class: 'legend', 'aria-label': 'What the letters say' },
    'PFMSX.'
      .split('')
      .map((letter) =>
        el(
          'li',
          {},
          el('span', { class: `key c-${letter === '.' ? 'none' : letter}` }, letter === '.' ? '' : letter),
          ` ${statusWord(letter)}`,
        ),
      ),
  )
}

function drawNumbers(projectName: string, { builds, environments }: TestGrid): Node {
  const rows = [...environments].map(([environment, letters]) => {
    const fails = countOf(letters, 'F') + countOf(letters, 'M')
    const runs = fails + countOf(letters, 'P')
    const { share, low, high } = wilsonBounds(fails, runs)
    const newest = lastKnown(letters.replaceAll('.', 'S')) ?? '.'
    return el(
      'tr',
      {},
      el('th', { scope: 'row' }, name(environment)),
      el('td', {}, tag(statusWord(newest), newest === 'P' ? 'good' : newest === 'F' ? 'bad' : 'quiet')),
      el('td', { class: 'n' }, `${count(fails)} of ${count(runs)}`),
      el('td', { class: 'n' }, runs === 0 ? '' : `${percent(share)} (${percent(low)} to ${percent(high)})`),
      el('td', { class: 'since' }, drawSince(projectName, builds, letters)),
    )
  })
  const heads = ['Environment', 'Last known', 'Failed', 'Share, 95 % bounds', 'Fails since']
  return el('section', {}, el('h2', {}, 'By environment'), table('Numbers by environment', heads, rows))
}

/** The first build of a lasting failure and the last good one before it. */
function drawSince(projectName: string, builds: readonly SiteBuild[], letters: string): Node | null {
  const known = letters
    .split('')
    .map((letter, index) => ({ letter, build: builds[index] }))
    .filter(({ letter }) => letter !== '.' && letter !== 'S')
  const good = known.findLastIndex(({ letter }) => letter !== 'F')
  const bad = known[good + 1]?.build
  if (bad === undefined) return null
  const before = known[good]?.build
  return el(
    'span',
    {},
    link(project.build(projectName, bad.id), name(buildTitle(bad))),
    before === undefined
      ? ' the oldest shown'
      : el(
          'span',
          { class: 'quiet' },
          ' last good ',
          link(project.build(projectName, before.id), name(buildTitle(before))),
        ),
  )
}

function countOf(letters: string, letter: string): number {
  return letters.split(letter).length - 1
}
