import { type ChangeClass, classify, currentOutcome, isSure } from '#report/classify'
import { explainEvidence } from '#report/evidence'
import type { Side } from '#report/read-side'
import type { KnownIssue, KnownIssueIndex } from '#results/known-issues'
import { lastKnown, type Observation, statusOfOutcome } from '#results/observation'
import { fullTestName } from '#results/test-name'
import { eachObservation, findObservation, type ResultTable } from '#results/result-table'

/** What compared results stand on beside their tables. */
export interface ComparedSide {
  readonly results: ResultTable
  readonly runs: readonly Pick<Side['runs'][number], 'record'>[]
}

/** One test in one environment whose result is worth saying. */
export interface TestChange {
  readonly class: ChangeClass
  readonly environment: string
  readonly suite: string
  readonly test: string
  readonly before: string | null
  readonly after: string | null
  readonly message: string | null
  readonly knownIssue: KnownIssue | undefined
  readonly reproduce: string | null
  readonly evidence: string
  /** Of a regression: chance is no explanation. */
  readonly confirmed?: boolean
}

/**
 * Every test whose class is not "as before", keyed by environment, suite and test.
 *
 * @param cutOff environments whose absent tests say nothing (lab failure, interruption, no run at all)
 */
export function* compareTests(
  baseline: ComparedSide,
  current: ComparedSide,
  knownIssues: KnownIssueIndex,
  cutOff: ReadonlySet<string>,
): Generator<TestChange, void, void> {
  for (const { environment, suite, test, observation } of eachObservation(current.results)) {
    const before = findObservation(baseline.results, environment, suite, test)
    if (isQuiet(before, observation)) continue
    const change = judge(environment, suite, test, before, observation, false)
    if (change !== undefined) yield change
  }
  for (const { environment, suite, test, observation } of eachObservation(baseline.results)) {
    if (findObservation(current.results, environment, suite, test) !== undefined) continue
    const change = judge(environment, suite, test, observation, undefined, cutOff.has(environment))
    if (change !== undefined) yield change
  }

  function judge(
    environment: string,
    suite: string,
    test: string,
    before: Observation | undefined,
    after: Observation | undefined,
    isCutOff: boolean,
  ): TestChange | undefined {
    const run = after === undefined ? undefined : current.runs[after.run]?.record
    const knownIssue = knownIssues.find({
      environment,
      test: fullTestName({ suite, test }),
      release: run?.kernel.release ?? null,
    })
    const known = knownIssue === undefined ? undefined : { intermittent: knownIssue.intermittent === true }
    const changeClass = classify({ before, after, known, isCutOff })
    if (changeClass === undefined) return undefined
    return {
      class: changeClass,
      environment,
      suite,
      test,
      before: before === undefined ? null : statusOfOutcome(lastKnown(before.history) ?? 'S'),
      after: after === undefined ? null : statusOfOutcome(currentOutcome(after.history)),
      message: after?.message ?? null,
      knownIssue: changeClass === 'known-issue' ? knownIssue : undefined,
      reproduce: run?.reproduce ?? null,
      evidence: explainEvidence(changeClass, before, after, nameRun(baseline, before?.since)),
      ...(changeClass === 'regression' ? { confirmed: isSure(before, after) } : {}),
    }
  }
}

/** Passed before, passes now: most tests, told apart without work. */
function isQuiet(before: Observation | undefined, after: Observation): boolean {
  return after.history === 'P' && (before === undefined || before.history === 'P')
}

function nameRun({ runs }: ComparedSide, index: number | undefined): string | undefined {
  const record = index === undefined ? undefined : runs[index]?.record
  if (record === undefined) return undefined
  const name = record.kernel.release ?? record.kernel.commit ?? record.kernel.build
  const day = record.started.slice(0, 10)
  return name === null ? day : `${name} (${day})`
}
