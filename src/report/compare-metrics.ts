import type { MetricRule } from '#results/known-issues'
import { nameMatcher } from '#results/match-name'
import { type MetricKind, metricKind } from '#results/metrics/direction'
import { judgeMetric } from '#results/metrics/judge-metric'
import { type MetricSeries, type MetricTable, seriesValues } from '#results/metrics/metric-table'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

type MetricChange = NonNullable<Report['metric_changes']>[number]

const order = ['limit', 'regression', 'provisional', 'improvement']

/**
 * Measurements that changed by more than their noise, or crossed a limit: the
 * baseline's builds and the current ones are one series, of which the newest are
 * judged. A metric of which nobody knows which way is better is left alone.
 */
export function compareMetrics(
  baseline: MetricTable,
  current: MetricTable,
  rules: readonly MetricRule[],
): MetricChange[] {
  const prepared = rules.map(prepareRule)
  const changes: MetricChange[] = []
  for (const [key, series] of current) {
    const rule = prepared.find(({ covers }) => covers(series))?.rule
    const change = crossing(series, rule) ?? movement(baseline.get(key), series, rule)
    if (change !== undefined) changes.push(change)
  }
  return changes.sort((a, b) => order.indexOf(a.class) - order.indexOf(b.class) || compareText(nameOf(a), nameOf(b)))
}

function prepareRule(rule: MetricRule): {
  readonly rule: MetricRule
  readonly covers: (series: MetricSeries) => boolean
} {
  const isNamed = nameMatcher(rule.metric)
  const environments = (rule.environments ?? ['**']).map((pattern) => nameMatcher(pattern))
  return {
    rule,
    covers: (series) => isNamed(fullTestName(series)) && environments.some((matches) => matches(series.environment)),
  }
}

function crossing(series: MetricSeries, rule: MetricRule | undefined): MetricChange | undefined {
  const { at_most: most, at_least: least } = rule ?? {}
  const now = seriesValues(series).at(-1)
  if (now === undefined) return undefined
  const limit =
    most !== undefined && now > most
      ? `at most ${most}`
      : least !== undefined && now < least
        ? `at least ${least}`
        : undefined
  return limit === undefined
    ? undefined
    : { ...named(series), class: 'limit', before: null, now, evidence: `allowed: ${limit}` }
}

function movement(
  before: MetricSeries | undefined,
  series: MetricSeries,
  rule: MetricRule | undefined,
): MetricChange | undefined {
  const kind = kindOf(series, rule)
  if (kind === undefined || before === undefined) return undefined
  const found = judgeMetric([...seriesValues(before), ...seriesValues(series)], kind)
  if (found === undefined) return undefined
  return { ...named(series), class: found.verdict, before: found.before, now: found.now, evidence: found.evidence }
}

function kindOf({ test, unit }: MetricSeries, rule: MetricRule | undefined): MetricKind | undefined {
  const known = metricKind(test, unit)
  const better = rule?.better ?? known?.better
  return better === undefined ? undefined : { better, tolerance: rule?.tolerance ?? known?.tolerance ?? 0.03 }
}

function named({ environment, suite, test, unit }: MetricSeries) {
  return { environment, suite, test, unit: unit ?? null }
}

function nameOf({ suite, test, environment }: MetricChange): string {
  return `${suite}/${test} ${environment}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
