import { markup, Markup } from '#report/html/markup'
import type { Report } from '#schema/documents'

type Counts = Report['environments'][number]['counts']

const parts = ['fail', 'xfail', 'skip', 'pass'] as const

/** A bar of the shares of results, failures first and never too thin to see. */
export function countsBar(counts: Counts): Markup {
  const total = parts.reduce((sum, part) => sum + counts[part], 0)
  if (total === 0) return markup`<span class="bar none"></span>`
  const label = parts
    .filter((part) => counts[part] > 0)
    .map((part) => `${counts[part]} ${part}`)
    .join(', ')
  let x = 0
  const rects = parts.map((part) => {
    if (counts[part] === 0) return ''
    const width = Math.max(part === 'pass' ? 0 : 1.5, (counts[part] / total) * 100)
    const rect = `<rect class="${part}" x="${x.toFixed(2)}" y="0" width="${Math.min(width, 100 - x).toFixed(2)}" height="1"/>`
    x = Math.min(100, x + width)
    return rect
  })
  const drawn = new Markup(rects.join(''))
  return markup`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label="${label}">
    ${drawn}
  </svg>`
}
