/** A share with its 95 % Wilson score interval; all of them 0…1. */
export interface ShareBounds {
  readonly share: number
  readonly low: number
  readonly high: number
}

const z = 1.959963984540054

/**
 * How often something happens, judged by `count` times in `of`: the Wilson score
 * interval, which stays honest for few trials and for shares near 0 and 1.
 */
export function wilsonBounds(count: number, of: number): ShareBounds {
  if (of === 0) return { share: 0, low: 0, high: 1 }
  const share = count / of
  const square = z * z
  const centre = (share + square / (2 * of)) / (1 + square / of)
  const half = (z / (1 + square / of)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of))
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
