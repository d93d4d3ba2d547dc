import type { FailOn } from '#report/report-request'
import type { Report } from '#schema/documents'

/**
 * The exit code of a report by policy: 1 when something named in `failOn` is
 * there, else 3 when the verdict is `infra` or `incomplete`, else 0.
 */
export function exitCodeOfReport(report: Report, failOn: readonly FailOn[]): number {
  if (failOn.some((name) => isThere[name](report))) return 1
  return report.verdict === 'infra' || report.verdict === 'incomplete' ? 3 : 0
}

/** Whether a report holds what a policy names. */
const isThere: { readonly [Name in FailOn]: (report: Report) => boolean } = {
  regression: (report) => report.totals.regressions > 0,
  confirmed: (report) =>
    report.changes.some((change) => change.class === 'regression' && change.confirmed !== false) ||
    hasCrash(report, 'regression') ||
    report.build_changes.some((change) => change.class === 'regression'),
  metric: ({ metric_changes: metrics = [] }) => metrics.some(({ class: is }) => is === 'regression' || is === 'limit'),
  'new-failure': (report) => hasChange(report, 'new-failure') || hasCrash(report, 'new-failure'),
  'still-failing': (report) =>
    hasChange(report, 'still-failing') ||
    hasCrash(report, 'still-failing') ||
    report.build_changes.some((change) => change.class === 'still-failing'),
  crash: (report) => hasCrash(report, 'regression') || hasCrash(report, 'new-failure'),
  lost: (report) => hasChange(report, 'lost'),
  'new-skip': (report) => hasChange(report, 'new-skip'),
  flaky: (report) => hasChange(report, 'flaky'),
  warning: (report) => report.diagnostics.some((diagnostic) => diagnostic.class === 'new'),
  missing: (report) => report.missing.length > 0,
}

function hasChange(report: Report, name: Report['changes'][number]['class']): boolean {
  return report.changes.some((change) => change.class === name)
}

function hasCrash(report: Report, name: Report['crash_changes'][number]['class']): boolean {
  return report.crash_changes.some((change) => change.class === name)
}
