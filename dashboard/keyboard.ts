import { el } from './dom.ts'
import { parseRoute, project, to } from './route.ts'
import { toggleTheme } from './theme.ts'

const help = [
  ['?', 'this help'],
  ['/', 'search'],
  ['j, k', 'next and previous row'],
  ['Enter', 'open what has the focus'],
  ['[, ]', 'older and newer build'],
  ['g p', 'projects'],
  ['g b', 'builds'],
  ['g c', 'compare'],
  ['g r', 'open regressions'],
  ['g f', 'flakiest tests'],
  ['g m', 'metrics'],
  ['g t', 'tests'],
  ['g k', 'known issues'],
  ['arrows', 'move in the history grid'],
  ['d', 'dark or light'],
  ['Esc', 'close this, leave the search'],
] as const

const places: Readonly<Record<string, string>> = {
  b: 'builds',
  c: 'compare',
  r: 'regressions',
  f: 'flaky',
  m: 'metrics',
  t: 'tests',
  k: 'known-issues',
}

let previous: string | undefined
let next: string | undefined
let isGoing = false

/** Where `[` and `]` go on this page. */
export function setNeighbours(older: string | undefined, newer: string | undefined): void {
  previous = older
  next = newer
}

/** Keys of the whole dashboard; those typed into a field are left to it. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const field =
      event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('input, select, textarea') : null
    if (field !== null) {
      if (event.key === 'Escape') field.blur()
      return
    }
    if (press(event.key)) event.preventDefault()
  })
}

function press(key: string): boolean {
  const { path, query } = parseRoute(location.hash)
  const chosen = path[1]
  if (isGoing) {
    isGoing = false
    const place = places[key]
    if (key === 'p') location.hash = to([])
    else if (place !== undefined && chosen !== undefined)
      location.hash = project.page(chosen, place, query.get('branch'))
    return true
  }
  switch (key) {
    case 'g':
      isGoing = true
      return true
    case '?':
      showHelp()
      return true
    case '/':
      document.querySelector<HTMLElement>('#search')?.focus()
      return true
    case 'd':
      toggleTheme()
      return true
    case 'j':
    case 'k':
      return moveRow(key === 'j' ? 1 : -1)
    case '[':
    case ']': {
      const address = key === '[' ? previous : next
      if (address !== undefined) location.hash = address
      return true
    }
    default:
      return false
  }
}

function moveRow(step: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('main .row-link')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const target = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step]
  target?.focus()
  target?.scrollIntoView({ block: 'nearest' })
  return true
}

/** The list of keys; Escape closes it and gives the focus back. */
export function showHelp(): void {
  document.querySelector('dialog')?.remove()
  const dialog = el(
    'dialog',
    { 'aria-labelledby': 'help-title', close: () => dialog.remove() },
    el('h2', { id: 'help-title' }, 'Keys'),
    el(
      'dl',
      { class: 'keys' },
      help.map(([key, what]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, what)]),
    ),
    el('button', { type: 'button', autofocus: true, click: () => dialog.close() }, 'Close'),
  )
  document.body.append(dialog)
  dialog.showModal()
}
