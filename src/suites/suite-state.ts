import type { Run, TestResult } from '#schema/documents'
import type { Suite } from '#suites/suite'
import type { StepFormat } from '#suites/read-step'

export type SuiteVerdict = Run['suites'][number]['verdict']

/** One test of a suite, run as one step in the guest. */
export interface Test {
  readonly name: string
  /** POSIX shell. */
  readonly script: string
  readonly format: StepFormat
}

/** How far a suite is; lives over several machines, when one dies under it. */
export interface SuiteState {
  readonly suite: Suite
  /** Tests that did not run yet; undefined while nobody knows them. */
  pending: Test[] | undefined
  /** Settles when a guest that is asked for the tests has answered, or died. */
  listing?: Promise<void> | undefined
  /** Tests that ran, in order; a failed one may run again. */
  readonly ran: Test[]
  /** 1 while each test runs for the first time. */
  attempt: number
  /** Everything but its tests' results that went wrong, the worst first. */
  readonly problems: { readonly verdict: SuiteVerdict; readonly message: string }[]
  /** Seconds in which its tests ran. */
  seconds: number
}

/** A suite of which nothing has run. */
export function newSuiteState(suite: Suite): SuiteState {
  return { suite, pending: undefined, ran: [], attempt: 1, problems: [], seconds: 0 }
}

/** Whether it has work left that needs a guest. */
export function isUnfinished(state: SuiteState): boolean {
  return state.pending === undefined || state.pending.length > 0
}

/** Failures by crash after which a test is not run again. */
const mostCrashes = 2

/**
 * Makes the failed tests of a suite its work again.
 *
 * @param results all results of the run so far
 * @returns whether there are any
 */
export function repeatFailed(state: SuiteState, results: readonly TestResult[]): boolean {
  const own = results.filter(({ suite }) => suite === state.suite.name)
  const failed = state.ran.filter(({ name }) => {
    const belongs = own.filter(({ test }) => test === name || test.startsWith(`${name}.`))
    const last = belongs.filter(({ attempt }) => (attempt ?? 1) === state.attempt)
    const crashes = belongs.filter(({ reason }) => reason === 'crash').length
    return crashes < mostCrashes && last.some(({ status }) => status === 'fail')
  })
  if (failed.length === 0) return false
  state.pending = failed
  state.ran.length = 0
  state.attempt++
  return true
}
