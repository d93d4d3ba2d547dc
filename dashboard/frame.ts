import { el, link, name } from './dom.ts'
import { showHelp } from './keyboard.ts'
import { project, to, type Route } from './route.ts'
import { toggleTheme } from './theme.ts'

const tabs = [
  ['builds', 'Builds'],
  ['compare', 'Compare'],
  ['regressions', 'Regressions'],
  ['flaky', 'Flaky'],
  ['metrics', 'Metrics'],
  ['tests', 'Tests'],
  ['known-issues', 'Known issues'],
] as const

/** Which tab stands for a page that has none of its own. */
const tabOf: Readonly<Record<string, string>> = { build: 'builds', test: 'tests' }

const tabBar = el('nav', { class: 'tabs', 'aria-label': 'Project' })
const projectPlace = el('span', { class: 'place' })
const search = el('input', {
  type: 'search',
  id: 'search',
  name: 'q',
  placeholder: 'Search tests and builds',
  'aria-label': 'Search tests and builds of this project',
  autocomplete: 'off',
  spellcheck: 'false',
})
let current: Route | undefined

/** Draws what stands above every page; its height never changes. */
export function drawTop(): void {
  const form = el(
    'form',
    {
      role: 'search',
      submit: (event) => {
        event.preventDefault()
        const chosen = current?.path[1]
        if (chosen !== undefined) location.hash = to(['p', chosen, 'tests'], { q: search.value.trim() })
      },
    },
    search,
  )
  document.querySelector('#top')?.append(
    el(
      'div',
      { class: 'bar-line' },
      el('a', { href: to([]), class: 'brand' }, 'Kernel results'),
      projectPlace,
      form,
      el(
        'button',
        {
          type: 'button',
          class: 'icon',
          'aria-label': 'Dark or light',
          title: 'Dark or light (d)',
          click: toggleTheme,
        },
        '◐',
      ),
      el('button', { type: 'button', class: 'icon', 'aria-label': 'Help', title: 'Help (?)', click: showHelp }, '?'),
    ),
    tabBar,
  )
}

/** Puts the project and its tabs there. */
export function updateTop(route: Route): void {
  current = route
  const [, chosen, kind = 'builds'] = route.path
  const tab = tabOf[kind] ?? kind
  search.disabled = chosen === undefined
  search.value = kind === 'tests' ? (route.query.get('q') ?? '') : ''
  const branch = route.query.get('branch')
  projectPlace.replaceChildren(...(chosen === undefined ? [] : [link(project.builds(chosen), name(chosen))]))
  tabBar.replaceChildren(
    ...(chosen === undefined
      ? []
      : tabs.map(([page, label]) =>
          el(
            'a',
            { href: project.page(chosen, page, branch), 'aria-current': page === tab ? 'page' : undefined },
            label,
          ),
        )),
  )
  const active = tabBar.querySelector<HTMLElement>('[aria-current]')
  if (active !== null)
    tabBar.scrollLeft = active.offsetLeft - tabBar.offsetLeft - tabBar.clientWidth / 2 + active.offsetWidth / 2
}

/** The line below every page. */
export function drawFooter(): void {
  document
    .querySelector('#foot')
    ?.append(
      el('span', {}, 'Static pages made by lkft results site. Nothing is loaded from elsewhere. '),
      el('a', { href: './licenses.md' }, 'Licences'),
    )
}
