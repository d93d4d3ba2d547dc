import { median } from '#results/metrics/statistics'

/** One measurement of a run. */
export interface Measurement {
  readonly environment: string
  readonly suite: string
  readonly test: string
  /** Number of the kernel; they count up with time. */
  readonly kernel: number
  readonly value: number
  readonly unit: string | undefined
}

/** What one test measured in one environment, in the order of kernels. */
export interface MetricSeries extends Pick<Measurement, 'environment' | 'suite' | 'test' | 'unit'> {
  readonly kernels: { readonly kernel: number; readonly values: number[] }[]
}

/** Series by environment, suite and test, joined by a character that names do not hold. */
export type MetricTable = Map<string, MetricSeries>

/** Adds a measurement; those of one kernel stand together. */
export function addMeasurement(table: MetricTable, { kernel, value, ...rest }: Measurement): void {
  if (!Number.isFinite(value)) return
  const key = [rest.environment, rest.suite, rest.test].join('\0')
  let series = table.get(key)
  if (series === undefined) table.set(key, (series = { ...rest, kernels: [] }))
  const last = series.kernels.at(-1)
  if (last?.kernel === kernel) last.values.push(value)
  else series.kernels.push({ kernel, values: [value] })
}

/** A value for each kernel: the median of what was measured on it. */
export function seriesValues({ kernels }: Pick<MetricSeries, 'kernels'>): number[] {
  return kernels.map(({ values }) => median(values))
}
