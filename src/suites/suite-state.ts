import type { Run } from '#schema/documents'
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
  /** Everything but its tests' results that went wrong, the worst first. */
  readonly problems: { readonly verdict: SuiteVerdict; readonly message: string }[]
  /** Seconds in which its tests ran. */
  seconds: number
}

/** A suite of which nothing has run. */
export function newSuiteState(suite: Suite): SuiteState {
  return { suite, pending: undefined, problems: [], seconds: 0 }
}

/** Whether it has work left that needs a guest. */
export function isUnfinished(state: SuiteState): boolean {
  return state.pending === undefined || state.pending.length > 0
}
