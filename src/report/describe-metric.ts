import type { Report } from '#schema/documents'

/** `12.5 → 14.1 ms (+12.8 %)`. */
export function describeMetric({ before, now, unit }: NonNullable<Report['metric_changes']>[number]): string {
  const suffix = unit === null || unit === '' ? '' : ` ${unit}`
  if (before === null) return `${short(now)}${suffix}`
  const share =
    before === 0 ? '' : ` (${now >= before ? '+' : ''}${((100 * (now - before)) / Math.abs(before)).toFixed(1)} %)`
  return `${short(before)} → ${short(now)}${suffix}${share}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
