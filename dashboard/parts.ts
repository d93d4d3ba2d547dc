import type { SiteBuild } from '#report/site/site-data'
import { el, link, name, svg } from './dom.ts'
import { count } from './format.ts'
import { to } from './route.ts'

const shares = ['fail', 'xfail', 'skip', 'pass'] as const

/** A bar of the shares of results, failures first and never too thin to see. */
export function countsBar(counts: SiteBuild['counts']): Node {
  const total = shares.reduce((sum, share) => sum + counts[share], 0)
  const label = shares
    .filter((share) => counts[share] > 0)
    .map((share) => `${count(counts[share])} ${share}`)
    .join(', ')
  const drawing = svg('svg', {
    class: 'bar',
    viewBox: '0 0 100 1',
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': label === '' ? 'no results' : label,
  })
  let x = 0
  for (const share of shares) {
    if (counts[share] === 0) continue
    const width = Math.min(100 - x, Math.max(share === 'pass' ? 0 : 1.5, (counts[share] / total) * 100))
    drawing.append(svg('rect', { class: share, x, y: 0, width, height: 1 }))
    x += width
  }
  return drawing
}

const words: Readonly<Record<string, string>> = {
  '.': 'not run',
  P: 'pass',
  F: 'fail',
  M: 'pass and fail',
  S: 'skip',
  X: 'xfail',
}

/** The status a letter stands for. */
export function statusWord(letter: string): string {
  return words[letter] ?? 'not run'
}

/** A row of small fields, oldest first: how a test went lately. */
export function strip(history: string): Node {
  const drawing = svg('svg', {
    class: 'strip',
    width: history.length * 5,
    height: 14,
    viewBox: `0 0 ${history.length * 5} 14`,
    role: 'img',
    'aria-label': `newest last: ${describeRuns(history)}`,
  })
  for (const [index, letter] of history.split('').entries()) {
    drawing.append(
      svg('rect', { class: `c-${letter === '.' ? 'none' : letter}`, x: index * 5, y: 0, width: 4, height: 14 }),
    )
  }
  return drawing
}

function describeRuns(history: string): string {
  const runs = history.match(/(.)\1*/g) ?? []
  return runs
    .slice(-6)
    .map((run) => `${run.length} ${statusWord(run[0] ?? '.')}`)
    .join(', ')
}

/** Names of environments: the first few, the rest behind a fold. */
export function environmentList(names: readonly string[], most = 4): Node {
  const chips = names.slice(0, most).map((one) => name(one, 'chip'))
  if (names.length <= most) return el('span', { class: 'chips' }, chips)
  const rest = names.slice(most).map((one) => name(one, 'chip'))
  const fold = el(
    'details',
    { class: 'fold-inline' },
    el('summary', {}, `and ${names.length - most} more`),
    el('span', { class: 'chips' }, rest),
  )
  return el('span', { class: 'chips' }, chips, fold)
}

/** A coloured word. */
export function tag(text: string, tone: 'bad' | 'good' | 'warn' | 'quiet'): HTMLElement {
  return el('span', { class: `tag ${tone}` }, text)
}

/** A heading, which gets the focus when a page comes up. */
export function heading(...children: readonly (Node | string)[]): HTMLElement {
  return el('h1', { tabindex: -1 }, ...children)
}

/** Says plainly that there is nothing, and why. */
export function empty(text: string, more = ''): HTMLElement {
  return el('div', { class: 'empty' }, el('p', {}, text), more === '' ? null : el('p', { class: 'quiet' }, more))
}

/** A choice of branches; each is an address of its own. */
export function branchChoice(
  branches: readonly (string | null)[],
  chosen: string | null | undefined,
  address: (branch: string | null | undefined) => string,
  withAll: boolean,
): HTMLElement | null {
  if (branches.length < 2) return null
  const options = withAll ? [undefined, ...branches] : branches
  const select = el(
    'select',
    {
      change: () => {
        location.hash = address(options[select.selectedIndex])
      },
    },
    options.map((branch) =>
      el('option', { selected: branch === chosen }, branch === undefined ? 'all branches' : branchName(branch)),
    ),
  )
  return el('label', { class: 'choice' }, 'Branch ', select)
}

export function branchName(branch: string | null): string {
  return branch ?? 'no branch named'
}

/** Commit, shortened. */
export function commitText(commit: string | null): HTMLElement | null {
  return commit === null ? null : el('code', { title: commit }, commit.slice(0, 12))
}

/** A link back to the list of projects, for pages that cannot be shown. */
export function homeLink(): HTMLElement {
  return link(to([]), 'All projects')
}
