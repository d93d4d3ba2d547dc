import { isConfirmed } from '#results/confidence'
import { isUnsteady, lastKnown, type Observation } from '#results/observation'
import type { Report } from '#schema/documents'

export type ChangeClass = Report['changes'][number]['class']

/** What the class of one test depends on. */
export interface Sides {
  readonly before: Observation | undefined
  readonly after: Observation | undefined
  /** A known issue covers the failure: `intermittent` says that its passing is no fix. */
  readonly known: { readonly intermittent: boolean } | undefined
  /** The environment was cut off by the lab, so that an absent test says nothing. */
  readonly isCutOff: boolean
}

/**
 * The class of one test in one environment, or undefined when nothing is worth
 * saying. The baseline counts by its last known outcome, skips passed over, so a
 * regression is not lost behind a build that skipped the test. A test that was
 * unsteady is flaky, unless re-runs of both kernels tell them apart.
 */
export function classify({ before, after, known, isCutOff }: Sides): ChangeClass | undefined {
  const was = before === undefined ? undefined : lastKnown(before.history)
  const now = after === undefined ? undefined : currentOutcome(after.history)
  switch (now) {
    case 'P':
      return classifyPass(before, was, known)
    case 'F':
      if (known !== undefined) return 'known-issue'
      if (before !== undefined && isUnsteady(before.history) && !isConfirmed(before.newest, after?.newest))
        return 'flaky'
      if (was === 'P') return 'regression'
      return was === undefined ? 'new-failure' : 'still-failing'
    case 'M':
      return known === undefined ? 'flaky' : 'known-issue'
    case 'S':
      return was === undefined ? undefined : 'new-skip'
    case 'X':
      return undefined
    case undefined:
      return was === undefined || isCutOff ? undefined : 'lost'
  }
}

function classifyPass(
  before: Observation | undefined,
  was: 'P' | 'F' | 'M' | 'X' | undefined,
  known: Sides['known'],
): ChangeClass | undefined {
  if (was !== 'F' && was !== 'X') return undefined
  if (known?.intermittent === true || (before !== undefined && isUnsteady(before.history))) return undefined
  return 'fix'
}

/** Whether a regression is more than one bad run: by re-runs of both kernels, or by the whole history of a steady test. */
export function isSure(before: Observation | undefined, after: Observation | undefined): boolean {
  if (before === undefined || after === undefined) return false
  return isConfirmed(before.newest, after.newest) || (!isUnsteady(before.history) && isConfirmed(before, after))
}

/** All that is judged counts as one, also over several kernels of one environment. */
export function currentOutcome(history: string): 'P' | 'F' | 'M' | 'S' | 'X' {
  const isFailing = history.includes('F') || history.includes('M')
  if (isFailing) return history.includes('P') || history.includes('M') ? 'M' : 'F'
  if (history.includes('P')) return 'P'
  return history.includes('X') ? 'X' : 'S'
}
