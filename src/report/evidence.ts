import { lastKnown, type Observation } from '#results/observation'
import { wilsonBounds } from '#results/wilson'
import type { ChangeClass } from '#report/classify'

/**
 * What a verdict rests on, in one sentence: k of n on each side, for a flaky test
 * the share of failures with its 95 % bounds, for a lasting failure since when.
 */
export function explainEvidence(
  changeClass: ChangeClass,
  before: Observation | undefined,
  after: Observation | undefined,
  since: string | undefined,
): string {
  const parts = [sideEvidence(before, 'before'), sideEvidence(after, 'now')]
  if (changeClass === 'flaky') parts.push(rate(before, after))
  if (before?.history.endsWith('S') === true && lastKnown(before.history) !== undefined) {
    parts.push('the newest baseline skipped it')
  }
  if (changeClass === 'still-failing' && since !== undefined) parts.push(`failing since ${since}`)
  return parts.join('; ')
}

function sideEvidence(observation: Observation | undefined, when: string): string {
  if (observation === undefined) return `no result ${when}`
  const { passes, fails } = observation
  const of = passes + fails
  if (of === 0) return `${lastKnown(observation.history) === 'X' ? 'expected failure' : 'skipped'} ${when}`
  return fails === 0 || (passes > 0 && when === 'before')
    ? `passed ${passes} of ${of} ${when}`
    : `failed ${fails} of ${of} ${when}`
}

function rate(before: Observation | undefined, after: Observation | undefined): string {
  const fails = (before?.fails ?? 0) + (after?.fails ?? 0)
  const of = fails + (before?.passes ?? 0) + (after?.passes ?? 0)
  const { share, low, high } = wilsonBounds(fails, of)
  return `fails ${percent(share)} of the time (${percent(low)} to ${percent(high)} with 95 % confidence)`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
