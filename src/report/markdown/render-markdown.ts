import { formatDuration } from '#report/format-duration'
import { listIncidents, listLines } from '#report/markdown/change-items'
import { metricLine } from '#report/markdown/metric-line'
import { codeCell, codeSpan } from '#report/markdown/code'
import { fitSections, type Section } from '#report/markdown/fit'
import { plural } from '#report/verdict'
import type { Report } from '#schema/documents'

/** The longest comment GitHub takes, in characters; bytes are counted, so it holds for every text. */
export const commentLimit = 65_536

export interface MarkdownOptions {
  /** Bytes of UTF-8 at most; `commentLimit` when absent, 1 MiB for a job summary. */
  readonly limit?: number
  /** Address of the whole report, for what had to be left out. */
  readonly link?: string
}

/**
 * A report as GitHub Markdown: the verdict and each regression with its reproducer
 * first, the rest folded. Text of results stands only in code, where GitHub reads
 * no mention, link, image or HTML.
 */
export function renderMarkdown(report: Report, { limit = commentLimit, link }: MarkdownOptions = {}): string {
  const more = link === undefined ? 'report.html and report.json have all' : `[the whole report](<${encodeURI(link)}>)`
  const sections = [
    top(report),
    ...incidents(report),
    metrics(report),
    warnings(report),
    missing(report),
    ...folds(report),
  ]
  const text = fitSections(
    [...sections, environmentTable(report), buildTable(report)].filter((section) => section !== undefined),
    limit,
    more,
  )
  return text
}

const marks: Readonly<Record<Report['verdict'], string>> = {
  pass: '✅ No regressions',
  regression: '❌',
  fail: '⚠️ New failures',
  incomplete: '⚠️ Incomplete',
  'first-run': '🆕 First run',
  infra: '⚠️ Infrastructure failure',
}

function top(report: Report): Section {
  const { verdict, summary, baseline, current, totals } = report
  const title =
    verdict === 'regression' ? `${marks.regression} ${plural(totals.regressions, 'regression')}` : marks[verdict]
  const notes = report.notes.map((note) => `> ${codeSpan(note, 300)}\n`).join('\n')
  const before = baseline === null ? 'no baseline' : `compared with ${describe(baseline)}`
  const head = `## ${title}\n\n${summary}\n\n${describe(current)}, ${before}\n${notes === '' ? '' : `\n${notes}`}`
  return { head, items: [], noun: 'line' }
}

function describe({ name, kernel, runs, builds }: Report['current']): string {
  const parts = [runs > 0 ? plural(runs, 'run') : '', builds > 0 ? plural(builds, 'build') : '']
  const made = parts.filter((part) => part !== '').join(', ')
  const release = kernel === null ? '' : ` (kernel ${codeSpan(kernel, 100)})`
  return `${codeSpan(name, 100)}${release}${made === '' ? '' : `, ${made}`}`
}

function incidents(report: Report): (Section | undefined)[] {
  const regressions = listIncidents(report, 'regression')
  const fresh = listIncidents(report, 'new-failure')
  return [
    regressions.length === 0 ? undefined : { head: '### Regressions\n', items: regressions, noun: 'regression' },
    fresh.length === 0
      ? undefined
      : {
          head: `### ${plural(fresh.length, 'new failure')}, not in the baseline\n`,
          items: fresh,
          noun: 'new failure',
        },
  ]
}

function metrics({ metric_changes: changes = [] }: Report): Section | undefined {
  if (changes.length === 0) return undefined
  return { head: '### Measurements\n', items: changes.map(metricLine), noun: 'measurement' }
}

function warnings({ diagnostics }: Report): Section | undefined {
  const byText = new Map<string, Set<string>>()
  for (const { class: is, build, level, file, line, flag, message } of diagnostics) {
    if (is !== 'new') continue
    const place = file === null ? '' : `${codeSpan(line === null ? file : `${file}:${line}`)} `
    const text = `- ${place}${level}: ${codeSpan(flag === null ? message : `${message} [${flag}]`, 400)}`
    byText.set(text, (byText.get(text) ?? new Set()).add(build))
  }
  if (byText.size === 0) return undefined
  const items = [...byText].map(([text, builds]) => {
    const [first = ''] = builds
    return `${text} in ${codeSpan(first, 80)}${builds.size > 1 ? ` and ${plural(builds.size - 1, 'more build')}` : ''}`
  })
  return { head: `### New compiler warnings and errors\n`, items, noun: 'message' }
}

function missing(report: Report): Section | undefined {
  if (report.missing.length === 0) return undefined
  return {
    head: '### Without results\n',
    items: report.missing.map((text) => `- ${codeSpan(text, 300)}`),
    noun: 'part',
  }
}

const foldTitles = [
  ['still-failing', 'still failing'],
  ['flaky', 'flaky'],
  ['lost', 'lost (ran in the baseline, absent now)'],
  ['new-skip', 'newly skipped'],
  ['known-issue', 'known issues'],
  ['fix', 'fixed'],
] as const

function folds(report: Report): (Section | undefined)[] {
  return foldTitles.map(([name, title]) => {
    const items = [
      ...report.build_changes
        .filter((change) => change.class === name)
        .map(({ build }) => `- build ${codeSpan(build)}`),
      ...report.crash_changes
        .filter((change) => change.class === name)
        .map(
          ({ crash, environments }) =>
            `- ${crash.kind} ${codeSpan(crash.title)} on ${codeSpan(environments.join(', '))}`,
        ),
      ...listLines(report.changes.filter((change) => change.class === name)),
    ]
    if (items.length === 0) return undefined
    const head = `<details><summary>${items.length} ${title}</summary>\n`
    return { head, items, tail: '</details>', noun: 'line' }
  })
}

function environmentTable({ environments }: Report): Section | undefined {
  if (environments.length === 0) return undefined
  const items = environments.map(
    ({ name, verdict, counts, duration_seconds: seconds }) =>
      `| ${codeCell(name)} | ${verdict ?? 'cut off'} | ${counts.pass} | ${counts.fail} | ${counts.skip} | ` +
      `${counts.xfail} | ${formatDuration(seconds)} |`,
  )
  const head =
    `<details><summary>${plural(environments.length, 'environment')}</summary>\n\n` +
    '| environment | verdict | pass | fail | skip | xfail | time |\n|---|---|--:|--:|--:|--:|--:|'
  return { head, items, tail: '</details>', noun: 'environment' }
}

function buildTable({ builds }: Report): Section | undefined {
  if (builds.length === 0) return undefined
  const items = builds.map(
    ({ name, verdict, warnings: warned, errors, duration_seconds: seconds }) =>
      `| ${codeCell(name)} | ${verdict ?? 'cut off'} | ${errors} | ${warned} | ${formatDuration(seconds)} |`,
  )
  const head =
    `<details><summary>${plural(builds.length, 'build')}</summary>\n\n` +
    '| build | verdict | errors | warnings | time |\n|---|---|--:|--:|--:|'
  return { head, items, tail: '</details>', noun: 'build' }
}
