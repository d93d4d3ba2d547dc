import { visibleLine } from '#report/visible-text'

type Child = Node | string | number | null | undefined | false | readonly Child[]
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>

const svgSpace = 'http://www.w3.org/2000/svg'

/** An element. Text is only ever a text node; attributes of functions are listeners. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  setAttributes(element, attributes)
  append(element, children)
  return element
}

/** An element of a drawing. */
export function svg(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): SVGElement {
  const element = document.createElementNS(svgSpace, tag)
  setAttributes(element, attributes)
  append(element, children)
  return element
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(key, value)
    else element.setAttribute(key, value === true ? '' : String(value))
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    if (Array.isArray(child)) append(element, child as readonly Child[])
    else element.append(typeof child === 'number' ? String(child) : (child as Node | string))
  }
}

/** Longer names are cut in lists; the whole one stands in the title. */
const longestName = 160

/** A name from a kernel, a board or a results repository: nothing invisible, one line, cut when very long. */
export function name(text: string, className = 'name'): HTMLElement {
  const shown = visibleLine(text, longestName)
  return el('span', { class: className, title: shown.endsWith('…') ? visibleLine(text, 2000) : undefined }, shown)
}

/** A suite and a test as one name. */
export function testName(suite: string, test: string): HTMLElement {
  return el('span', { class: 'test' }, suite === '/' ? '' : name(`${suite}/`, 'suite'), el('wbr'), name(test))
}

/** A link into the dashboard. */
export function link(href: string, ...children: readonly Child[]): HTMLAnchorElement {
  return el('a', { href }, ...children)
}

/** A link out, if it is one to the web; else its text. */
export function outward(url: string | null, text: string): Node {
  if (url === null || !/^https?:\/\//i.test(url)) return name(text)
  return el('a', { href: url, rel: 'noreferrer noopener' }, name(text))
}

/** A table with a caption for those who do not see it; heads of columns of numbers follow them to the right. */
export function table(caption: string, heads: readonly Child[], rows: readonly Node[], className = ''): HTMLElement {
  return el(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    el(
      'table',
      { class: className },
      el('caption', { class: 'hidden-text' }, caption),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          heads.map((head, index) =>
            el('th', { scope: 'col', class: isNumber(rows[0], index) ? 'n' : undefined }, head),
          ),
        ),
      ),
      el('tbody', {}, rows),
    ),
  )
}

function isNumber(row: Node | undefined, column: number): boolean {
  return row instanceof HTMLTableRowElement && row.cells[column]?.classList.contains('n') === true
}

/** Rows shown at once; the rest comes by a button. */
const pageOfRows = 200

/** Puts the first rows into a list or table body, and a button below it for more. */
export function lengthen<Item>(
  items: readonly Item[],
  draw: (item: Item) => Node,
  container: (first: readonly Node[]) => HTMLElement,
): HTMLElement {
  let shown = Math.min(pageOfRows, items.length)
  const box = container(items.slice(0, shown).map(draw))
  const body = box.querySelector('tbody') ?? box
  const more = el('button', { class: 'more', type: 'button' })
  const label = (): void => {
    more.textContent = `Show ${Math.min(pageOfRows, items.length - shown)} more of ${items.length - shown}`
    more.hidden = shown >= items.length
  }
  more.addEventListener('click', () => {
    body.append(...items.slice(shown, shown + pageOfRows).map(draw))
    shown = Math.min(items.length, shown + pageOfRows)
    label()
  })
  label()
  return el('div', {}, box, more)
}
