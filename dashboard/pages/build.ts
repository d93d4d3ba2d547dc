import type { SiteBuild, SiteCrash } from '#report/site/site-data'
import { readBuildFile, type BuildColumns } from '../data/parquet.ts'
import { findBuild, previousBuild, readBuilds, readCrashes } from '../data/project.ts'
import { el, lengthen, link, name, table, testName } from '../dom.ts'
import { buildTitle, count, moment, plural } from '../format.ts'
import { branchName, commitText, countsBar, empty, environmentList, heading, tag } from '../parts.ts'
import { project, type Route } from '../route.ts'
import { branchWord, type Page } from './page.ts'

/** One build: crashes with their traces, failures, and suites × environments. */
export async function buildPage({ path }: Route, projectName: string): Promise<Page> {
  const builds = await readBuilds(projectName)
  const build = findBuild(builds, path[3] ?? '')
  const [columns, crashes] = await Promise.all([readBuildFile(build.file), readCrashes(projectName, build)])
  const before = previousBuild(builds, build)
  const after = builds.builds.slice(builds.builds.indexOf(build) + 1).find(({ branch }) => branch === build.branch)
  const failures = listFailures(columns)
  return {
    title: buildTitle(build),
    previous: before && project.build(projectName, before.id),
    next: after && project.build(projectName, after.id),
    content: [
      heading(name(buildTitle(build))),
      drawFacts(projectName, build, before),
      drawCrashes(crashes),
      drawFailures(projectName, build, failures),
      drawMatrix(columns),
    ],
  }
}

function drawFacts(projectName: string, build: SiteBuild, before: SiteBuild | undefined): Node {
  const { counts } = build
  const fact = (label: string, value: Node | string | null): Node | null =>
    value === null ? null : el('div', {}, el('dt', {}, label), el('dd', {}, value))
  return el(
    'section',
    { class: 'facts-box' },
    el(
      'dl',
      { class: 'facts' },
      fact('Branch', link(project.builds(projectName, branchWord(build.branch)), name(branchName(build.branch)))),
      fact('Commit', commitText(build.commit)),
      fact('Made', `${moment(build.created)} UTC`),
      fact('Pass', count(counts.pass)),
      fact('Fail', count(counts.fail)),
      fact('Skip', count(counts.skip)),
      fact('Expected failures', count(counts.xfail)),
    ),
    countsBar(counts),
    before === undefined
      ? el('p', { class: 'quiet' }, 'The first build of its branch: there is nothing to compare it with.')
      : el('p', {}, link(project.compare(projectName, before.id, build.id), 'Compare with ', name(buildTitle(before)))),
  )
}

function drawCrashes(crashes: readonly SiteCrash[]): Node | null {
  if (crashes.length === 0) return null
  const cards = crashes.map(({ kind, title, signature, environments, trace }) =>
    el(
      'article',
      { class: 'card' },
      el('h3', {}, tag(kind, 'bad'), ' ', name(title)),
      el('p', {}, environmentList(environments), el('span', { class: 'quiet' }, ' signature ', name(signature))),
      trace.length === 0
        ? null
        : el(
            'pre',
            { tabindex: 0, role: 'region', 'aria-label': 'Trace' },
            ...trace.flatMap((line) => [name(line, 'line'), '\n']),
          ),
    ),
  )
  return el('section', {}, el('h2', {}, 'Crashes ', el('span', { class: 'count' }, count(crashes.length))), cards)
}

interface Failure {
  readonly suite: string
  readonly test: string
  readonly environments: string[]
  isMixed: boolean
}

/** Failed tests with their environments; the table is sorted, so a test's rows are together. */
function listFailures({ suite, test, environment, status }: BuildColumns): readonly Failure[] {
  const found: Failure[] = []
  for (const [row, one] of status.entries()) {
    if (one !== 'fail' && one !== 'mixed') continue
    const [suiteName = '', testText = '', where = ''] = [suite[row], test[row], environment[row]]
    let last = found.at(-1)
    if (last?.suite !== suiteName || last.test !== testText) {
      last = { suite: suiteName, test: testText, environments: [], isMixed: false }
      found.push(last)
    }
    last.environments.push(where)
    last.isMixed ||= one === 'mixed'
  }
  return found
}

function drawFailures(projectName: string, build: SiteBuild, failures: readonly Failure[]): Node {
  const title = el('h2', {}, 'Failures ', el('span', { class: 'count' }, plural(failures.length, 'test')))
  if (failures.length === 0) return el('section', {}, title, empty('No test failed.'))
  const draw = ({ suite, test, environments, isMixed }: Failure): Node => {
    const address = link(project.test(projectName, suite, test, branchWord(build.branch)), testName(suite, test))
    address.className = 'row-link'
    const mixed = isMixed ? tag('also passed', 'warn') : null
    return el('tr', {}, el('th', { scope: 'row' }, address, ' ', mixed), el('td', {}, environmentList(environments)))
  }
  const list = lengthen(failures, draw, (rows) => table('Failed tests', ['Test', 'Environments'], rows))
  return el('section', {}, title, list)
}

interface Tally {
  pass: number
  fail: number
  other: number
}

function drawMatrix({ suite, environment, status }: BuildColumns): Node {
  const suites = new Map<string, Map<string, Tally>>()
  for (const [row, one] of status.entries()) {
    const [suiteName = '', where = ''] = [suite[row], environment[row]]
    let inSuite = suites.get(suiteName)
    if (inSuite === undefined) suites.set(suiteName, (inSuite = new Map<string, Tally>()))
    let tally = inSuite.get(where)
    if (tally === undefined) inSuite.set(where, (tally = { pass: 0, fail: 0, other: 0 }))
    tally[one === 'pass' ? 'pass' : one === 'fail' || one === 'mixed' ? 'fail' : 'other'] += 1
  }
  const failsOf = (tallies: Iterable<Tally>): number => [...tallies].reduce((sum, { fail }) => sum + fail, 0)
  const order = [...suites].sort((a, b) => failsOf(b[1].values()) - failsOf(a[1].values()) || (a[0] < b[0] ? -1 : 1))
  const names = [...new Set(order.flatMap(([, at]) => [...at.keys()]))].sort()
  const title = el('h2', {}, 'Suites and environments')
  if (order.length === 0) return el('section', {}, title, empty('This build has no results.'))
  const rows = order.map(([suiteName, at]) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, name(suiteName)),
      names.map((where) => drawTally(at.get(where))),
    ),
  )
  const heads = ['Suite', ...names.map((where) => name(where))]
  const note = el('p', { class: 'quiet' }, 'Failed of all that ran; suites with the most failures first.')
  return el('section', {}, title, note, table('Suites and environments', heads, rows, 'matrix'))
}

function drawTally(tally: Tally | undefined): Node {
  if (tally === undefined) return el('td', { class: 'none' }, el('span', { 'aria-label': 'not run' }, '·'))
  const { pass, fail, other } = tally
  const label = `${fail} failed, ${pass} passed, ${other} skipped or expected to fail`
  return el(
    'td',
    { class: fail > 0 ? 'm-bad' : pass > 0 ? 'm-good' : 'm-skip', title: label },
    fail > 0 ? el('b', {}, count(fail)) : '0',
    el('span', { class: 'quiet' }, ` / ${count(pass + fail + other)}`),
  )
}
