import type { LavaResult } from '#lab/lava/lava-log'
import type { TestResult } from '#schema/documents'

/** LAVA's own steps (validate, http-download, login-action, …) are no tests. */
export const ownSuite = 'lava'

/** A LAVA result as a test; `undefined` for LAVA's own steps. `0_smoke` is the definition `smoke`. */
export function toTestResult(result: LavaResult): TestResult | undefined {
  if (result.definition === ownSuite) return undefined
  const measurement = Number(result.measurement)
  const hasMeasurement = result.measurement !== undefined && result.measurement !== '' && Number.isFinite(measurement)
  const status = result.result === 'pass' || result.result === 'skip' ? result.result : 'fail'
  return {
    suite: result.definition.replace(/^\d+_/, ''),
    test: result.case,
    status,
    ...(status === 'fail' ? { reason: result.result === 'fail' ? 'assert' : 'missing' } : {}),
    ...(hasMeasurement ? { measurement, unit: result.units ?? '' } : {}),
  }
}
