import type { MetricKind } from '#results/metrics/direction'
import { median, welch } from '#results/metrics/statistics'

/** What a metric did, with what it rests on. */
export interface MetricVerdict {
  /** `provisional` rests on the newest builds alone and waits for more. */
  readonly verdict: 'regression' | 'improvement' | 'provisional'
  /** Median before and now. */
  readonly before: number
  readonly now: number
  /** (now − before) / |before|. */
  readonly change: number
  readonly evidence: string
}

/** Newest builds that are judged, and builds before them that they are compared with. */
const newest = 5
const window = 20
/** Above this Welch's t of 5 against 20 builds comes by chance less than once in 10,000. */
const leastT = 5
/** Builds needed before a mean and a deviation mean anything. */
const leastForProvisional = 10
const deviations = 6

/**
 * Judges a series of one metric, oldest first, its last value being the newest
 * build. A change counts when the newest 5 differ from the 20 before by Welch's
 * test and their medians by more than the tolerance. Two builds in a row that lie
 * far outside of the last 30 are a provisional regression, never an improvement.
 *
 * @returns undefined when nothing is worth saying, or there are too few values
 */
export function judgeMetric(series: readonly number[], kind: MetricKind): MetricVerdict | undefined {
  const values = series.filter((value) => Number.isFinite(value))
  return judgeWindow(values, kind) ?? judgeNewest(values, kind)
}

function judgeWindow(values: readonly number[], { better, tolerance }: MetricKind): MetricVerdict | undefined {
  if (values.length < newest * 3) return undefined
  const now = values.slice(-newest)
  const before = values.slice(-newest - window, -newest)
  const { t } = welch(before, now)
  const change = share(median(before), median(now))
  if (Math.abs(t) <= leastT || Math.abs(change) <= tolerance) return undefined
  return {
    verdict: change > 0 === (better === 'higher') ? 'improvement' : 'regression',
    before: median(before),
    now: median(now),
    change,
    evidence: `the newest ${now.length} of ${values.length} builds against the ${before.length} before, Welch's t ${t.toFixed(1)}`,
  }
}

/** Two in a row, so that a single slow run of a shared machine is no alarm. */
function judgeNewest(values: readonly number[], { better, tolerance }: MetricKind): MetricVerdict | undefined {
  const now = values.slice(-2)
  const before = values.slice(-32, -2)
  if (before.length < leastForProvisional) return undefined
  const { mean, deviation } = welch(before, now)
  const sign = better === 'higher' ? -1 : 1
  const change = share(median(before), median(now))
  const isFar = now.every((value) => (value - mean) * sign > deviations * 0.5 * deviation)
  const isFarTogether = (median(now) - mean) * sign > deviations * 0.7 * deviation
  if (!isFar || !isFarTogether || change * sign <= tolerance) return undefined
  return {
    verdict: 'provisional',
    before: median(before),
    now: median(now),
    change,
    evidence: `the newest 2 builds lie more than 3 deviations outside of the ${before.length} before`,
  }
}

function share(before: number, now: number): number {
  if (before === now) return 0
  return before === 0 ? Math.sign(now) * Infinity : (now - before) / Math.abs(before)
}
