import type { Report } from '#schema/documents'

type Judged = Omit<Report, 'verdict' | 'summary'>

/** The verdict and its sentence. A regression outranks what is missing; what is missing outranks a pass. */
export function judgeReport(report: Judged): Pick<Report, 'verdict' | 'summary'> {
  const verdict = chooseVerdict(report)
  return { verdict, summary: `${sentences[verdict](report)} ${restOf(report)}` }
}

function chooseVerdict(report: Judged): Report['verdict'] {
  if (report.totals.regressions > 0) return 'regression'
  if (report.totals.tests === 0 && report.builds.length === 0 && report.missing.length > 0) return 'infra'
  if (hasNothing(report)) return 'infra'
  if (report.missing.length > 0) return 'incomplete'
  if (report.baseline === null) return 'first-run'
  return newFailures(report) > 0 ? 'fail' : 'pass'
}

/** Every run and build of the current side ended for a reason that is not the kernel's. */
function hasNothing({ environments, builds }: Judged): boolean {
  const verdicts = [...environments, ...builds].map(({ verdict }) => verdict)
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'infra' || verdict === 'cancelled')
}

const sentences: Readonly<Record<Report['verdict'], (report: Judged) => string>> = {
  pass: () => 'No regressions.',
  regression: (report) => `${countRegressions(report)}.`,
  fail: (report) => `No regressions, but ${plural(newFailures(report), 'new failure')}.`,
  incomplete: (report) => `No regressions in what ran, but ${plural(report.missing.length, 'part')} without results.`,
  'first-run': () => 'First run: there is no baseline to compare with yet.',
  infra: () => 'The infrastructure failed, so this says nothing about the kernel.',
}

function countRegressions(report: Judged): string {
  const parts = [
    [report.changes.filter(isRegression).length, 'test'],
    [report.crash_changes.filter(isRegression).length, 'crash'],
    [report.build_changes.filter(isRegression).length, 'build'],
  ] as const
  const named = parts.filter(([count]) => count > 0).map(([count, what]) => plural(count, what))
  return `${plural(report.totals.regressions, 'regression')}: ${named.join(', ')}`
}

function restOf({ totals, diagnostics, environments }: Judged): string {
  const { tests, pass, fail, skip, xfail, fixes } = totals
  const parts = [`${pass} of ${tests} tests pass`]
  if (fail > 0) parts.push(`${fail} fail`)
  if (xfail > 0) parts.push(`${xfail} fail as expected`)
  if (skip > 0) parts.push(`${skip} skipped`)
  const fresh = diagnostics.filter((diagnostic) => diagnostic.class === 'new')
  const warnings = fresh.filter(({ level }) => level === 'warning').length
  const extra = [
    fixes > 0 ? plural(fixes, 'fix') : '',
    warnings > 0 ? plural(warnings, 'new compiler warning') : '',
  ].filter((text) => text !== '')
  const where = environments.length > 1 ? ` on ${environments.length} environments` : ''
  const results = tests === 0 ? 'No test ran.' : `${parts.join(', ')}${where}.`
  return extra.length === 0 ? results : `${results} ${capital(extra.join(', '))}.`
}

function newFailures({ changes, crash_changes, build_changes }: Judged): number {
  return [...changes, ...crash_changes, ...build_changes].filter((change) => change.class === 'new-failure').length
}

function isRegression(change: { readonly class: string }): boolean {
  return change.class === 'regression'
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `1 fix`, `2 fixes`, `3 crashes`. */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : /(?:s|x|sh|ch)$/.test(what) ? 'es' : 's'}`
}
