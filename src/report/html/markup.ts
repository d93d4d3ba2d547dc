import { visibleText } from '#report/visible-text'

/** HTML that is safe as it stands; only `markup` makes it. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | undefined | readonly Part[]

/** A template whose values are escaped unless they are `Markup`; arrays are joined, undefined is nothing. */
export function markup(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + render(values[index - 1]) + string))
}

/** Text from outside for an element or a quoted attribute: nothing invisible, markup escaped. */
function escapeHtml(text: string): string {
  return visibleText(text).replaceAll(/[&<>"'`=]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function render(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'string') return escapeHtml(part)
  return typeof part === 'number' ? String(part) : part.map(render).join('')
}
