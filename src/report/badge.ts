import type { Report } from '#schema/documents'
import { plural } from '#report/verdict'
import { xmlText } from '#results/xml-text'

const colours = { good: '#2a7d3f', bad: '#b3261e', unsure: '#8a5a00', none: '#5f6368' } as const

/** Width of a character of the badge's font, on average, in pixels. */
const characterWidth = 6.6

/** A badge in SVG: what was judged, and the verdict in a few words. No font, script or address is loaded. */
export function renderBadge({ verdict, totals }: Report, label = 'lkft'): string {
  const [text, colour] = describe(verdict, totals)
  const [left, right] = [width(label), width(text)]
  const whole = left + right
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="20" role="img" aria-label="${xmlText(`${label}: ${text}`)}">` +
    `<title>${xmlText(`${label}: ${text}`)}</title>` +
    `<clipPath id="r"><rect width="${whole}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">` +
    `<rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/></g>` +
    '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">' +
    `<text x="${left / 2}" y="14">${xmlText(label)}</text><text x="${left + right / 2}" y="14">${xmlText(text)}</text></g></svg>\n`
  )
}

function describe(verdict: Report['verdict'], totals: Report['totals']): readonly [string, string] {
  switch (verdict) {
    case 'pass':
      return [`${totals.pass} passed`, colours.good]
    case 'regression':
      return [plural(totals.regressions, 'regression'), colours.bad]
    case 'fail':
      return ['new failures', colours.bad]
    case 'incomplete':
      return ['incomplete', colours.unsure]
    case 'infra':
      return ['infrastructure', colours.unsure]
    case 'first-run':
      return totals.fail > 0 ? [`${totals.fail} failed`, colours.unsure] : [`${totals.pass} passed`, colours.good]
  }
}

function width(text: string): number {
  return Math.round(text.length * characterWidth + 12)
}
