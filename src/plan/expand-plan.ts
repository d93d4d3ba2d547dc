import { expandBoots } from '#plan/expand-boots'
import { expandBuilds } from '#plan/expand-builds'
import { expandLabs } from '#plan/expand-labs'
import { skipUnchanged } from '#plan/changed-paths'
import type { PlanOptions } from '#plan/plan-options'
import { PlanProblems } from '#plan/plan-problems'
import { shardJobs } from '#plan/shard-jobs'
import type { Jobs, Plan } from '#schema/documents'

/**
 * Spells a plan out: one cell per build, boot and lab run, equal builds once,
 * and shards that fit GitHub's matrices.
 *
 * @throws LkftError BAD_DOCUMENT with every wrong name, its place and the nearest names
 */
export function expandPlan(plan: Plan, options: PlanOptions): Jobs {
  const problems = new PlanProblems(options.place)
  const builds = expandBuilds(plan, options, problems)
  const boots = expandBoots(plan, builds, options, problems)
  const labs = expandLabs(plan, builds, options, problems)
  problems.throwIfAny()
  const cells = { builds: builds.cells, boots: boots.cells, labs: labs.cells }
  const skipped = [...builds.skipped, ...boots.skipped, ...labs.skipped]
  const wanted = skipUnchanged(plan, cells, builds.paths, options)
  return {
    version: 1,
    kind: 'jobs',
    name: plan.name,
    source: plan.source ?? null,
    ...wanted.cells,
    skipped: [...skipped, ...wanted.skipped],
    shards: shardJobs(wanted.cells),
    report: { fail_on: plan.report?.['fail-on'] ?? null, known_issues: plan.report?.['known-issues'] ?? null },
  }
}
