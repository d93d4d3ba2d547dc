import type { Run, TestResult } from '#schema/documents'

/** One case as TuxRun's results.json has it. */
export interface TuxrunCase {
  readonly result: 'pass' | 'fail' | 'skip' | 'unknown'
  readonly measurement?: number
  readonly units?: string
  readonly log_excerpt?: readonly string[]
  readonly error_msg?: string
  readonly error_type?: string
  readonly duration?: string
}

/**
 * results.json in TuxRun's shape, `{suite: {case: {result, …}}}`, with the suite
 * `lava` for the boot itself. Unlike TuxRun's, names are kept whole, so `64_bit`
 * and `32_bit` stay two cases. An expected failure is a `pass` there.
 */
export function tuxrunResults(run: Run, results: readonly TestResult[]): Record<string, Record<string, TuxrunCase>> {
  const bySuite = new Map<string, Map<string, TuxrunCase>>([['lava', new Map(lavaCases(run))]])
  for (const result of results) {
    const suite = bySuite.get(result.suite) ?? new Map<string, TuxrunCase>()
    suite.set(result.test, caseOf(result))
    bySuite.set(result.suite, suite)
  }
  return Object.fromEntries([...bySuite].map(([name, cases]) => [name, Object.fromEntries(cases)]))
}

function caseOf(result: TestResult): TuxrunCase {
  return {
    result: result.status === 'xfail' ? 'pass' : result.status,
    ...(result.measurement === undefined ? {} : { measurement: result.measurement }),
    ...(result.unit === undefined ? {} : { units: result.unit }),
    ...(result.message === undefined ? {} : { log_excerpt: [result.message] }),
  }
}

function* lavaCases(run: Run): Generator<[string, TuxrunCase]> {
  const reached = run.timings.boot_seconds !== null
  const seconds = run.timings.boot_seconds ?? run.duration_seconds
  yield ['validate', { result: 'pass' }]
  yield ['login-action', { result: reached ? 'pass' : 'fail', duration: seconds.toFixed(2) }]
  for (const { name, seconds: at } of run.timings.milestones ?? []) {
    yield [`boot-${name}`, { result: 'pass', measurement: at, units: 's' }]
  }
  const broken = run.crashes.filter((crash) => crash.severity !== 'info')
  yield [
    'kernel-messages',
    { result: broken.length === 0 ? 'pass' : 'fail', log_excerpt: broken.map((crash) => crash.title) },
  ]
  const good = run.verdict === 'pass' || run.verdict === 'fail'
  const errorType = run.verdict === 'infra' ? 'Infrastructure' : run.verdict === 'error' ? 'Job' : 'Test'
  yield [
    'job',
    good ? { result: 'pass' } : { result: 'fail', error_msg: run.cause?.message ?? '', error_type: errorType },
  ]
}
