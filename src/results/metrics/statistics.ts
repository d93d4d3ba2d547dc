/** The middle value, or the mean of the two middle ones; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2
}

/** Welch's t of two samples, positive when the second is larger, with mean and deviation of the first. */
export function welch(
  first: readonly number[],
  second: readonly number[],
): { readonly t: number; readonly mean: number; readonly deviation: number } {
  const a = moments(first)
  const b = moments(second)
  const error = Math.sqrt(a.variance / first.length + b.variance / second.length)
  const difference = b.mean - a.mean
  const t = difference === 0 ? 0 : error === 0 ? Math.sign(difference) * Infinity : difference / error
  return { t, mean: a.mean, deviation: Math.sqrt(a.variance) }
}

function moments(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, variance: values.length > 1 ? squares / (values.length - 1) : 0 }
}
