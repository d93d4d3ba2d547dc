import { countResults } from '#results/run-directory'
import type { Run, TestResult } from '#schema/documents'

/** One row per suite for run.json, in the order in which they first had a result. */
export function summarizeSuites(results: readonly TestResult[]): Run['suites'] {
  const bySuite = Map.groupBy(results, ({ suite }) => suite)
  return [...bySuite].map(([name, own]) => {
    const counts = countResults(own)
    const failed = own.filter(({ status }) => status === 'fail').map(({ test }) => test)
    return {
      name,
      verdict: counts.fail > 0 ? 'fail' : 'pass',
      counts,
      duration_seconds: 0,
      message: failed.length === 0 ? null : `failed: ${failed.slice(0, 3).join(', ')}`,
    }
  })
}
