import type { TestChange } from '#report/compare-tests'
import type { Side } from '#report/read-side'
import type { Report } from '#schema/documents'

/** Verdicts by which the kernel kept a run from coming to its end. */
const broken = new Set(['crash', 'hang', 'timeout'])

/**
 * Runs that came to their end in the baseline and now crash, hang or time out
 * without any test or crash of their own to show for it: each is a regression
 * named `run/complete`, so that a kernel that only stands still is not overlooked.
 *
 * @param told environments of which a regression or new failure is named already
 */
export function* compareEnds(
  baseline: readonly Report['environments'][number][],
  current: Side,
  environments: readonly Report['environments'][number][],
  told: ReadonlySet<string>,
): Generator<TestChange, void, void> {
  for (const { name, verdict, cause } of environments) {
    if (verdict === null || !broken.has(verdict) || told.has(name)) continue
    const before = baseline.find((row) => row.name === name)?.verdict ?? null
    const run = current.runs.find(({ record }) => record.environment === name && record.verdict === verdict)?.record
    const isNew = before === null || before === 'infra' || before === 'cancelled' || before === 'error'
    yield {
      class: isNew ? 'new-failure' : broken.has(before) ? 'still-failing' : 'regression',
      environment: name,
      suite: 'run',
      test: 'complete',
      before,
      after: verdict,
      message: cause,
      knownIssue: undefined,
      reproduce: run?.reproduce ?? null,
      evidence: before === null ? 'no run before' : `the run ended with ${before} before, with ${verdict} now`,
    }
  }
}
