import { el, link, name } from './dom.ts'
import { buildTitle, moment } from './format.ts'
import { statusWord } from './parts.ts'
import { project } from './route.ts'
import type { TestGrid } from './data/project.ts'

/**
 * Builds × environments of one test, newest build first. One field has the focus;
 * arrows move it, Enter opens its build.
 */
export function drawGrid(projectName: string, { builds, environments }: TestGrid): HTMLElement {
  const newest = builds.toReversed()
  const says = el(
    'p',
    { class: 'grid-says', 'aria-live': 'polite' },
    'Arrow keys move through the grid, Enter opens a build.',
  )
  const months = el(
    'tr',
    {},
    el('td', { class: 'corner' }),
    newest.map((build, index) => el('td', { class: 'month' }, monthMark(newest[index - 1]?.created, build.created))),
  )
  const body = [...environments].map(([environment, letters]) =>
    el(
      'tr',
      { role: 'row' },
      el('th', { scope: 'row', role: 'rowheader' }, name(environment)),
      newest.map((_build, index) => {
        const letter = letters[newest.length - 1 - index] ?? '.'
        return el(
          'td',
          { role: 'gridcell', class: `g c-${letter === '.' ? 'none' : letter}`, tabindex: -1 },
          letter === '.' ? '' : letter,
        )
      }),
    ),
  )
  const grid = el(
    'table',
    { class: 'grid', role: 'grid', 'aria-label': 'History, newest build first' },
    el('thead', { 'aria-hidden': 'true' }, months),
    el('tbody', {}, body),
  )
  const cells = body.map((row) => [...row.querySelectorAll<HTMLElement>('td')])
  let [at, across] = [0, 0]
  const tell = (): void => {
    const build = newest[across]
    const environment = [...environments.keys()][at]
    if (build === undefined || environment === undefined) return
    const letter = environments.get(environment)?.[newest.length - 1 - across] ?? '.'
    says.replaceChildren(
      el('b', {}, statusWord(letter)),
      ' on ',
      name(environment),
      ' with ',
      link(project.build(projectName, build.id), name(buildTitle(build))),
      ` of ${moment(build.created)} UTC`,
    )
  }
  const move = (row: number, column: number): void => {
    const next = cells[row]?.[column]
    if (next === undefined) return
    cells[at]?.[across]?.setAttribute('tabindex', '-1')
    ;[at, across] = [row, column]
    next.setAttribute('tabindex', '0')
    next.focus()
    tell()
  }
  cells[0]?.[0]?.setAttribute('tabindex', '0')
  const place = (target: EventTarget | null): readonly [number, number] | undefined => {
    const row = cells.findIndex((line) => line.includes(target as HTMLElement))
    return row < 0 ? undefined : [row, cells[row]?.indexOf(target as HTMLElement) ?? 0]
  }
  grid.addEventListener('mouseover', ({ target }) => {
    const found = place(target)
    if (found === undefined) return
    ;[at, across] = found
    tell()
  })
  grid.addEventListener('click', ({ target }) => {
    const found = place(target)
    if (found !== undefined) move(...found)
  })
  grid.addEventListener('focusin', tell)
  grid.addEventListener('keydown', (event) => {
    const last = (cells[0]?.length ?? 1) - 1
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [at - 1, across],
      ArrowDown: [at + 1, across],
      ArrowLeft: [at, across - 1],
      ArrowRight: [at, across + 1],
      Home: [at, 0],
      End: [at, last],
    }
    const step = steps[event.key]
    const build = newest[across]
    if (step !== undefined) move(...step)
    else if (event.key === 'Enter' && build !== undefined) location.hash = project.build(projectName, build.id)
    else return
    event.preventDefault()
  })
  return el('div', {}, says, el('div', { class: 'scroll grid-box' }, grid))
}

/** A month's name over its newest build. */
function monthMark(newer: string | undefined, created: string): string {
  return newer?.slice(0, 7) === created.slice(0, 7) ? '' : created.slice(0, 7)
}
