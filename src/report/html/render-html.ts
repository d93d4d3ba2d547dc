import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { incidentCards } from '#report/html/cards'
import { countsBar } from '#report/html/bar'
import { markup, Markup } from '#report/html/markup'
import { metricTable } from '#report/html/metric-table'
import { buildTable, changeTable, diagnosticTable, environmentTable } from '#report/html/tables'
import { plural } from '#report/verdict'
import type { Report } from '#schema/documents'

const headlines: Readonly<Record<Report['verdict'], string>> = {
  pass: 'No regressions',
  regression: '',
  fail: 'New failures',
  incomplete: 'Incomplete',
  'first-run': 'First run',
  infra: 'Infrastructure failure',
}

const folds = [
  ['still-failing', 'Still failing'],
  ['flaky', 'Flaky'],
  ['lost', 'Lost: ran in the baseline, absent now'],
  ['new-skip', 'Newly skipped'],
  ['known-issue', 'Known issues'],
  ['fix', 'Fixed'],
] as const

/**
 * A report as one HTML page that asks nothing of any server: style and script are
 * inside and named by hash in the page's own content security policy.
 */
export async function renderHtml(report: Report): Promise<string> {
  const [style, script] = await Promise.all([asset('report.css'), asset('report.js')])
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${headline(report)} · ${report.title}</title>
        ${new Markup(`<style>${style}</style>`)}
      </head>
      <body class="verdict-${report.verdict}">
        ${header(report)}
        <main>${body(report)}</main>
        <footer>
          Written ${report.created.slice(0, 16).replace('T', ' ')} UTC by lkft ${report.lkft.version}. The same facts
          for machines: report.json, junit.xml.
        </footer>
        ${new Markup(`<script>${script}</script>`)}
      </body>
    </html>
`
  return page.text
}

function header(report: Report): Markup {
  const { title, summary, baseline, current, totals } = report
  return markup`<header>
    <p class="title">${title}</p>
    <h1>${headline(report)}</h1>
    <p class="summary">${summary}</p>
    <dl class="sides">${side('Current', current)}${baseline === null ? undefined : side('Baseline', baseline)}</dl>
    ${totals.tests === 0 ? undefined : countsBar(totals)} ${totals.tests === 0 ? undefined : legend(totals)}
  </header>`
}

function legend(totals: Report['totals']): Markup {
  const names = ['fail', 'xfail', 'skip', 'pass'] as const
  const items = names
    .filter((name) => totals[name] > 0)
    .map((name) => markup`<li><span class="dot ${name}"></span>${totals[name].toLocaleString('en')} ${name}</li>`)
  return markup`<ul class="legend">
    ${items}
  </ul>`
}

function side(label: string, { name, kernel, runs, builds }: Report['current']): Markup {
  const made = [runs > 0 ? plural(runs, 'run') : '', builds > 0 ? plural(builds, 'build') : '']
  const text = [kernel === null ? '' : `kernel ${kernel}`, ...made].filter((part) => part !== '').join(' · ')
  return markup`<div>
    <dt>${label}</dt>
    <dd><strong>${name}</strong> <span class="quiet">${text}</span></dd>
  </div>`
}

function body(report: Report): Markup {
  const sections = [
    incidentSection(report, 'regression', 'Regressions'),
    incidentSection(report, 'new-failure', 'New failures, not in the baseline'),
    metricTable(report),
    diagnosticTable(report, 'new'),
    list('Without results', report.missing),
    list('Notes', report.notes),
    environmentTable(report),
    foldSection(report),
    buildTable(report),
    diagnosticTable(report, 'fixed'),
  ]
  return markup`${sections}`
}

function incidentSection(report: Report, wanted: 'regression' | 'new-failure', title: string): Markup | undefined {
  const cards = incidentCards(report, wanted)
  if (cards.length === 0) return undefined
  return markup`<section class="${wanted}">
    <h2>${title} <span class="count">${cards.length}</span></h2>
    ${cards}
  </section>`
}

function foldSection(report: Report): Markup | undefined {
  const tables = folds.map(([name, title]) => changeTable(report, name, title)).filter((table) => table !== undefined)
  if (tables.length === 0) return undefined
  return markup`<section>
    <h2>Everything else that changed or still fails</h2>
    <p class="filter" hidden>
      <label
        >Filter <input type="search" id="filter" placeholder="test, suite or environment" autocomplete="off"
      /></label>
      <kbd>/</kbd>
    </p>
    ${tables}
  </section>`
}

function list(title: string, lines: readonly string[]): Markup | undefined {
  if (lines.length === 0) return undefined
  return markup`<section>
    <h2>${title} <span class="count">${lines.length}</span></h2>
    <ul class="lines">
      ${lines.slice(0, 1000).map((line) => markup`<li>${line}</li>`)}
    </ul>
  </section>`
}

function headline({ verdict, totals }: Report): string {
  return verdict === 'regression' ? plural(totals.regressions, 'regression') : headlines[verdict]
}

async function asset(name: 'report.css' | 'report.js'): Promise<string> {
  const place =
    name === 'report.css' ? new URL('./report.css', import.meta.url) : new URL('./report.js', import.meta.url)
  return `\n${await readFile(place, 'utf8')}`
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
