/** One part of a page: a heading and items that may be left out from the end. */
export interface Section {
  /** Markdown before the items; stays even when no item fits. */
  readonly head: string
  /** Each a whole piece of Markdown that can stand or be left out. */
  readonly items: readonly string[]
  /** Markdown after the items, e.g. the end of a fold. */
  readonly tail?: string
  /** What one item is, for the sentence about those left out: `regression`, `row`. */
  readonly noun: string
  /** How many real things are behind the items, when one item stands for several. */
  readonly count?: number
}

const encoder = new TextEncoder()

/**
 * Puts sections together within `limit` bytes of UTF-8. Earlier sections take what
 * they need first; what does not fit is counted in a sentence where it is missing.
 * The heads of all sections and those sentences are kept back from the start, so
 * that the page never hides that something is missing.
 *
 * @param more how the reader gets the rest, e.g. `see report.html`
 */
export function fitSections(sections: readonly Section[], limit: number, more: string): string {
  const reserve = sections.map((section) => size(frame(section, [], section.items.length, more)) + 2)
  let kept = sum(reserve)
  const pages: string[] = []
  for (const [index, section] of sections.entries()) {
    if (kept > limit && index > 0) {
      kept -= reserve[index] ?? 0
      const left = sections.length - index
      pages.push(`_${left} more ${left === 1 ? 'section' : 'sections'} left out: ${more}._\n`)
      break
    }
    const items: string[] = []
    for (const item of section.items) {
      const bytes = size(item) + 1
      if (kept + bytes > limit) break
      kept += bytes
      items.push(item)
    }
    pages.push(frame(section, items, section.items.length - items.length, more))
  }
  return pages.join('\n')
}

function frame({ head, tail = '', noun }: Section, items: readonly string[], left: number, more: string): string {
  const note = left === 0 ? '' : `\n_${left} more ${noun}${left === 1 ? '' : 's'} left out here: ${more}._\n`
  const body = items.length === 0 ? '' : `${items.join('\n')}\n`
  return `${head}\n${body}${note}${tail === '' ? '' : `\n${tail}\n`}`
}

function size(text: string): number {
  return encoder.encode(text).length
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
