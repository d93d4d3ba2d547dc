import type { LavaResult } from '#lab/lava/lava-log'
import type { TestResult } from '#schema/documents'

/** LAVA's own steps (validate, http-download, login-action, …) are no tests. */
export const ownSuite = 'lava'

/** A LAVA result as a test; `undefined` for LAVA's own steps. `0_smoke` is the definition `smoke`. */
export function toTestResult(result: LavaResult): TestResult | undefined {
  if (result.definition === ownSuite) return undefined
  const { measurement = null, units } = result
  const hasMeasurement = measurement !== null && measurement !== '' && Number.isFinite(Number(measurement))
  const status = result.result === 'pass' || result.result === 'skip' ? result.result : 'fail'
  return {
    suite: result.definition.replace(/^\d+_/, ''),
    test: result.case,
    status,
    ...(status === 'fail' ? { reason: result.result === 'fail' ? 'assert' : 'missing' } : {}),
    ...(hasMeasurement ? { measurement: Number(measurement), unit: units ?? '' } : {}),
  }
}
