/** Which way a metric is better, and what change is too small to tell. */
export interface MetricKind {
  readonly better: 'higher' | 'lower'
  /** Share of the baseline's median below which a change says nothing. */
  readonly tolerance: number
}

interface MetricRow extends MetricKind {
  /** What the unit or the name of a metric says. */
  readonly means: RegExp
}

const lower = 'lower'
const higher = 'higher'

/** By unit first, then by the words of the name; the first row that fits. */
const byUnit: readonly MetricRow[] = [
  {
    means: /^(?:n|u|µ|m)?s(?:ec(?:onds?)?)?$|^seconds?$|^(?:micro|milli|nano)seconds?$/i,
    better: lower,
    tolerance: 0.03,
  },
  { means: /^[kmgt]?i?b(?:ytes?)?$/i, better: lower, tolerance: 0.01 },
  { means: /^(?:warnings?|errors?)$/i, better: lower, tolerance: 0 },
  { means: /(?:\/s(?:ec(?:ond)?)?|ps|hz)$/i, better: higher, tolerance: 0.03 },
]

const byName: readonly MetricRow[] = [
  {
    means: /(?:through-?put|bandwidth|iops|ops|score|rate|mips|mflops|tps|per.?sec)/i,
    better: higher,
    tolerance: 0.03,
  },
  { means: /(?:warnings?|errors?)$/i, better: lower, tolerance: 0 },
  { means: /(?:size|text|data|bss)$/i, better: lower, tolerance: 0.01 },
  { means: /(?:time|latency|duration|delay|seconds|usage|jitter|overhead)/i, better: lower, tolerance: 0.03 },
]

/** What is known of a metric by its unit and name; undefined when neither tells which way is better. */
export function metricKind(name: string, unit: string | undefined): MetricKind | undefined {
  const found =
    (unit === undefined ? undefined : byUnit.find(({ means }) => means.test(unit))) ??
    byName.find(({ means }) => means.test(name))
  return found === undefined ? undefined : { better: found.better, tolerance: found.tolerance }
}
