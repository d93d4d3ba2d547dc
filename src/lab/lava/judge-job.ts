import type { Run, TestResult } from '#schema/documents'

/** All that is known of a finished job. */
export interface JobFacts {
  /** `Complete`, `Incomplete`, `Canceled` or `Unknown`, as LAVA has it. Complete says nothing of test results. */
  readonly health: string
  /** Of the result `job` of LAVA's own suite. */
  readonly errorType: string | undefined
  readonly errorMessage: string | undefined
  readonly kernelStarted: boolean
  readonly crashes: Run['crashes']
  readonly results: readonly TestResult[]
}

type Verdict = NonNullable<Run['verdict']>

export interface JobJudgement {
  readonly verdict: Verdict
  readonly cause: Run['cause']
}

/** What only the caller can set right: LAVA calls a missing file and a broken kernel both "Job". */
const callersFault =
  /(?:404|403|410|Not Found|checksum|sha256|md5|Invalid|invalid job|unable to find|[Ss]chema|compression)/
const timedOut = /timed? ?out/i

/**
 * Says whose doing the end of a job was. LAVA names a fault by the step it was
 * in; what the kernel itself printed decides first, then how far it came.
 */
export function judgeJob(facts: JobFacts): JobJudgement {
  const bad = facts.crashes.find(({ severity }) => severity === 'fatal' || severity === 'crash')
  if (bad !== undefined) return { verdict: 'crash', cause: { code: bad.kind, message: bad.title } }
  const stuck = facts.crashes.find(({ severity }) => severity === 'hang')
  if (stuck !== undefined) return { verdict: 'hang', cause: { code: stuck.kind, message: stuck.title } }
  if (facts.health === 'Complete') return judgeResults(facts.results)
  const message = `${facts.errorType ?? facts.health}: ${facts.errorMessage ?? 'LAVA gives no reason'}`
  if (facts.health === 'Canceled') return infra(`the job was cancelled on the server`)
  if (facts.kernelStarted && (facts.errorType === 'Job' || facts.errorType === 'Test')) {
    const verdict = timedOut.test(message) ? 'timeout' : 'fail'
    return { verdict, cause: { code: verdict, message } }
  }
  if (facts.errorType === 'Job' && callersFault.test(message)) {
    return { verdict: 'error', cause: { code: 'BAD_ARGUMENT', message } }
  }
  return infra(message)
}

function infra(message: string): JobJudgement {
  return { verdict: 'infra', cause: { code: 'LAB_FAILED', message: `LAVA: ${message}` } }
}

function judgeResults(results: readonly TestResult[]): JobJudgement {
  const failed = results.filter(({ status }) => status === 'fail')
  const [first] = failed
  if (first === undefined) return { verdict: 'pass', cause: null }
  const more = failed.length > 1 ? ` and ${failed.length - 1} more` : ''
  return { verdict: 'fail', cause: { code: first.suite, message: `failed: ${first.suite}/${first.test}${more}` } }
}
