import { expect, test } from 'vitest'
import { scoreHistory, scoreMetrics } from '../../bench/report/history.ts'

test.each([1, 2])('re-runs confirm what broke and nothing else, seed %i', { timeout: 120_000 }, (seed) => {
  const { raw, confirmed } = scoreHistory(seed)
  expect(raw.precision).toBeLessThan(0.5)
  expect(confirmed.found).toBeGreaterThan(500)
  expect(confirmed.precision).toBeGreaterThanOrEqual(0.99)
  expect(confirmed.recall).toBeGreaterThanOrEqual(0.97)
})

test.each([1, 2])('measurements give at most one false alarm in 1,000, seed %i', { timeout: 120_000 }, (seed) => {
  const { alarmsPerThousand, found } = scoreMetrics(seed)
  expect(alarmsPerThousand).toBeLessThanOrEqual(1)
  expect(found).toBeGreaterThan(0.6)
})
