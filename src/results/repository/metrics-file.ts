import { type MetricTable, seriesValues } from '#results/metrics/metric-table'
import { compareText } from '#results/repository/build-table'

/** One measurement of a build: the median of what its runs measured. */
export type StoredMetric = readonly [
  environment: string,
  suite: string,
  test: string,
  unit: string | null,
  value: number,
]

/** What the newest kernel of each environment measured, sorted by suite, test and environment. */
export function toStoredMetrics(metrics: MetricTable): StoredMetric[] {
  const list = [...metrics.values()].flatMap((series): StoredMetric[] => {
    const value = seriesValues(series).at(-1)
    return value === undefined ? [] : [[series.environment, series.suite, series.test, series.unit ?? null, value]]
  })
  return list.sort((a, b) => compareText(a[1], b[1]) || compareText(a[2], b[2]) || compareText(a[0], b[0]))
}

/** `<build>.metrics.json`: one measurement a line. */
export function formatMetrics(metrics: readonly StoredMetric[]): string {
  return `[\n${metrics.map((metric) => JSON.stringify(metric)).join(',\n')}\n]\n`
}
