import { LoadError, onNotice } from './data/fetch.ts'
import { el } from './dom.ts'
import { drawFooter, drawTop, updateTop } from './frame.ts'
import { listenToKeys, setNeighbours } from './keyboard.ts'
import { heading, homeLink } from './parts.ts'
import { buildPage } from './pages/build.ts'
import { buildsPage } from './pages/builds.ts'
import { comparePage } from './pages/compare.ts'
import { flakyPage } from './pages/flaky.ts'
import { knownIssuesPage } from './pages/known-issues.ts'
import { metricsPage } from './pages/metrics.ts'
import type { Page, PageMaker } from './pages/page.ts'
import { projectsPage } from './pages/projects.ts'
import { regressionsPage } from './pages/regressions.ts'
import { testPage } from './pages/test.ts'
import { testsPage } from './pages/tests.ts'
import { parseRoute, type Route } from './route.ts'

const pages: Readonly<Record<string, PageMaker>> = {
  builds: buildsPage,
  build: buildPage,
  compare: comparePage,
  test: testPage,
  tests: testsPage,
  regressions: regressionsPage,
  flaky: flakyPage,
  metrics: metricsPage,
  'known-issues': knownIssuesPage,
}

const main = document.querySelector('main') as HTMLElement
const status = document.querySelector('#status') as HTMLElement

/** Shows the page of the address; a later address wins over one that is still loading. */
let turn = 0
async function show(isFirst: boolean): Promise<void> {
  const mine = (turn += 1)
  const route = parseRoute(location.hash)
  updateTop(route)
  main.setAttribute('aria-busy', 'true')
  if (isFirst) main.replaceChildren(el('p', { class: 'quiet' }, 'Loading…'))
  const page = await make(route)
  if (mine !== turn) return
  document.title = `${page.title} · Kernel results`
  main.replaceChildren(...page.content.filter((node) => node !== null))
  main.removeAttribute('aria-busy')
  setNeighbours(page.previous, page.next)
  status.textContent = page.title
  if (isFirst) return
  scrollTo(0, 0)
  main.querySelector('h1')?.focus({ preventScroll: true })
}

async function make(route: Route): Promise<Page> {
  try {
    const [first, project, kind = 'builds'] = route.path
    if (first === undefined) return await projectsPage()
    const maker = Object.hasOwn(pages, kind) ? pages[kind] : undefined
    if (first !== 'p' || project === undefined || maker === undefined) throw new LoadError('There is no such page.')
    return await maker(route, project)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (!(error instanceof LoadError)) console.error(error)
    return {
      title: 'Not shown',
      content: [
        heading('This cannot be shown'),
        el('p', { class: 'notice', role: 'alert' }, why),
        el('p', {}, homeLink()),
      ],
    }
  }
}

const notices = el('div', { id: 'notices' })
main.after(notices)
onNotice((text) => notices.append(el('p', { class: 'notice', role: 'status' }, text)))
drawTop()
drawFooter()
listenToKeys()
document.querySelector('#skip')?.addEventListener('click', (event) => {
  event.preventDefault()
  main.focus()
})
addEventListener('hashchange', () => void show(false))
void show(true)
