import { classOrder } from '#report/fold-changes'
import type { ProjectBuilds, SiteBuild, SiteCrash } from '#report/site/site-data'
import { type Change, compareBuilds, readyIssues } from '../compare.ts'
import { readBuildFile } from '../data/parquet.ts'
import { findBuild, previousBuild, readBuilds, readCrashes, readOverview } from '../data/project.ts'
import { el, lengthen, link, name, outward, table, testName } from '../dom.ts'
import { buildTitle, count, moment, plural } from '../format.ts'
import { branchName, empty, environmentList, heading, tag } from '../parts.ts'
import { project, type Route } from '../route.ts'
import { branchOf, branchWord, type Page } from './page.ts'

const tones: Readonly<Record<string, 'bad' | 'good' | 'warn' | 'quiet'>> = {
  regression: 'bad',
  'new-failure': 'bad',
  'still-failing': 'warn',
  flaky: 'warn',
  lost: 'warn',
  fix: 'good',
}

/** Any two builds compared; without a choice the newest with the one before it. */
export async function comparePage(route: Route, projectName: string): Promise<Page> {
  const builds = await readBuilds(projectName)
  const [, , , baseId, currentId] = route.path
  const branch = branchOf(route)
  const newest = builds.builds.findLast((build) => branch === undefined || build.branch === branch)
  const current = currentId === undefined ? newest : findBuild(builds, currentId)
  const base = baseId === undefined ? current && previousBuild(builds, current) : findBuild(builds, baseId)
  const title = 'Compare builds'
  if (current === undefined || base === undefined) {
    return { title, content: [heading(title), empty('There are no two builds to compare yet.')] }
  }
  const [before, after, crashesBefore, crashesAfter, { knownIssues }] = await Promise.all([
    readBuildFile(base.file),
    readBuildFile(current.file),
    readCrashes(projectName, base),
    readCrashes(projectName, current),
    readOverview(projectName),
  ])
  const { changes, absent } = compareBuilds(
    { build: base, columns: before },
    { build: current, columns: after },
    knownIssues,
  )
  return {
    title: `${buildTitle(base)} and ${buildTitle(current)}`,
    content: [
      heading(title),
      drawChoice(projectName, builds, base, current),
      drawSummary(changes),
      absent.length === 0
        ? null
        : el(
            'p',
            { class: 'notice' },
            'These environments did not run in the newer build, so nothing is said of their tests: ',
            environmentList(absent),
          ),
      drawCrashes(crashesBefore, crashesAfter, readyIssues(knownIssues), current),
      ...classOrder.map((kind) =>
        drawClass(
          projectName,
          current,
          kind,
          changes.filter((change) => change.class === kind),
        ),
      ),
      el(
        'p',
        { class: 'quiet' },
        'Classes as in lkft compare. Only these two builds are looked at: whether a test is flaky over more of them is on its own page.',
      ),
    ],
  }
}

function drawChoice(projectName: string, { builds }: ProjectBuilds, base: SiteBuild, current: SiteBuild): Node {
  const newestFirst = builds.toReversed()
  const choose = (label: string, chosen: SiteBuild): HTMLSelectElement => {
    const select = el(
      'select',
      {
        'aria-label': label,
        change: () => {
          const [from = base, against = current] = [newestFirst[left.selectedIndex], newestFirst[right.selectedIndex]]
          location.hash = project.compare(projectName, from.id, against.id)
        },
      },
      newestFirst.map((build) =>
        el(
          'option',
          { selected: build === chosen },
          name(`${buildTitle(build)} · ${branchName(build.branch)} · ${moment(build.created)}`).textContent,
        ),
      ),
    )
    return select
  }
  const left = choose('Baseline build', base)
  const right = choose('Build compared with it', current)
  return el(
    'div',
    { class: 'tools' },
    el('label', { class: 'choice' }, 'Baseline ', left),
    el('label', { class: 'choice' }, 'Build ', right),
  )
}

function drawSummary(changes: readonly Change[]): Node {
  const parts = classOrder.flatMap((kind) => {
    const number = changes.filter((change) => change.class === kind).length
    return number === 0 ? [] : [el('li', {}, tag(kind, tones[kind] ?? 'quiet'), ` ${count(number)}`)]
  })
  return parts.length === 0 ? empty('No test changed.') : el('ul', { class: 'legend' }, parts)
}

function drawClass(
  projectName: string,
  current: SiteBuild,
  kind: Change['class'],
  changes: readonly Change[],
): Node | null {
  if (changes.length === 0) return null
  const draw = ({ suite, test, environments, before, after, known_issue: issue, evidence }: Change): Node => {
    const address = link(project.test(projectName, suite, test, branchWord(current.branch)), testName(suite, test))
    address.className = 'row-link'
    return el(
      'tr',
      {},
      el(
        'th',
        { scope: 'row' },
        address,
        issue === null ? null : el('div', { class: 'quiet' }, outward(issue.url, issue.title)),
      ),
      el('td', { class: 'move', title: evidence }, `${before ?? 'not run'} → ${after ?? 'not run'}`),
      el('td', {}, environmentList(environments)),
    )
  }
  const list = lengthen(changes, draw, (rows) => table(`Class ${kind}`, ['Test', 'Change', 'Environments'], rows))
  const title = el(
    'h2',
    {},
    tag(kind, tones[kind] ?? 'quiet'),
    ' ',
    el('span', { class: 'count' }, plural(changes.length, 'test')),
  )
  return el('section', {}, title, list)
}

function drawCrashes(
  before: readonly SiteCrash[],
  after: readonly SiteCrash[],
  knownIssues: ReturnType<typeof readyIssues>,
  { kernel }: SiteBuild,
): Node | null {
  if (before.length + after.length === 0) return null
  const has = (list: readonly SiteCrash[], { signature }: SiteCrash): boolean =>
    list.some((crash) => crash.signature === signature)
  const rows = [
    ...after.map((crash) => {
      const [environment = ''] = crash.environments
      const known = knownIssues.find({ environment, crash: crash.signature, release: kernel })
      return [known !== undefined ? 'known-issue' : has(before, crash) ? 'still-failing' : 'regression', crash] as const
    }),
    ...before.filter((crash) => !has(after, crash)).map((crash) => ['gone', crash] as const),
  ].map(([kind, { title, environments }]) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, tag(kind, tones[kind] ?? 'quiet'), ' ', name(title)),
      el('td', {}, environmentList(environments)),
    ),
  )
  return el('section', {}, el('h2', {}, 'Crashes'), table('Crashes of both builds', ['Crash', 'Environments'], rows))
}
