import { expect, test } from 'vitest'
import { scoreHistory, scoreMetrics } from '../../bench/report/history.ts'
import { recordEvidence } from '../support/evidence.ts'

const seeds = [1, 2]
const command = 'npx vitest run --project integration test/report/confidence.test.ts'

test('re-runs confirm what broke and nothing else', { timeout: 240_000 }, async () => {
  const scores = seeds.map((seed) => scoreHistory(seed))
  for (const { raw, confirmed } of scores) {
    expect(raw.precision).toBeLessThan(0.5)
    expect(confirmed.found).toBeGreaterThan(500)
    expect(confirmed.precision).toBeGreaterThanOrEqual(0.99)
    expect(confirmed.recall).toBeGreaterThanOrEqual(0.97)
  }
  const shares = scores.map(
    ({ raw, confirmed }, index) =>
      `seed ${seeds[index]}: precision ${confirmed.precision.toFixed(4)}, recall ${confirmed.recall.toFixed(4)} (plain pass to fail: precision ${raw.precision.toFixed(2)})`,
  )
  await recordEvidence({ claim: 'report-confirmed', command, kernel: 'none', figure: shares.join('; ') })
})

test('measurements give at most one false alarm in 1,000', { timeout: 240_000 }, async () => {
  const scores = seeds.map((seed) => scoreMetrics(seed))
  for (const { alarmsPerThousand, found } of scores) {
    expect(alarmsPerThousand).toBeLessThanOrEqual(1)
    expect(found).toBeGreaterThan(0.6)
  }
  const shares = scores.map(
    ({ alarmsPerThousand, found, judged }, index) =>
      `seed ${seeds[index]}: ${alarmsPerThousand.toFixed(2)} in 1,000 of ${judged}, ${(100 * found).toFixed(0)} % of steps of 10 % found`,
  )
  await recordEvidence({ claim: 'report-metrics', command, kernel: 'none', figure: shares.join('; ') })
})
