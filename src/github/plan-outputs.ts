import { artifactStore } from '#github/artifacts'
import { fetchPlan } from '#github/plan-artifact'
import type { ActionResult } from '#github/run-action'
import { groupByBuild } from '#github/shard-groups'
import { largestMatrix } from '#plan/shard-jobs'
import { shardIds, shardMatrices } from '#plan/matrices'
import { LkftError } from '#errors/lkft-error'
import type { Jobs } from '#schema/documents'

/** A cell of the matrix that calls kernel-ci-shard.yml. */
interface ShardCell {
  readonly shard: string
  /** JSON of the shard's groups; empty when the shard's own job must read them from the plan's artifact. */
  readonly groups: string
}

/** Above this many bytes the groups are left out: a job's outputs may have 1 MB, counted in UTF-16. */
const largestInline = 400_000

/**
 * The outputs of the plan action. A small plan carries its groups inside, so no
 * shard needs a job that only reads the artifact; a large one carries ids.
 */
export function planOutputs(jobs: Jobs): Readonly<Record<string, string | number | boolean>> {
  const all = new Map(jobs.shards.map(({ id }) => [id, JSON.stringify(groupByBuild(shardMatrices(jobs, id)))]))
  const inline = [...all.values()].reduce((sum, text) => sum + text.length, 0) <= largestInline
  const cells = (wave: 1 | 2): readonly ShardCell[] =>
    shardIds(jobs, wave).map((shard) => ({ shard, groups: inline ? (all.get(shard) ?? '') : '' }))
  return {
    name: jobs.name,
    builds: jobs.builds.length,
    boots: jobs.boots.length,
    labs: jobs.labs.length,
    shards: JSON.stringify(cells(1)),
    'late-shards': JSON.stringify(cells(2)),
  }
}

/**
 * The groups of one shard of this run's plan, as the output `groups`, for a plan
 * too large to carry them.
 *
 * @throws LkftError UNKNOWN_NAME when the plan has no such shard, INTERNAL when it passes the limit of a matrix
 */
export async function selectShard({
  shard,
  scope,
  folder,
}: {
  readonly shard: string
  readonly scope: string
  readonly folder: string
}): Promise<ActionResult> {
  const { jobs } = await fetchPlan(artifactStore, scope, folder)
  const groups = groupByBuild(shardMatrices(jobs, shard))
  if (groups.length > largestMatrix) throw new LkftError('INTERNAL', `${groups.length} groups in one matrix`)
  return { outputs: { name: jobs.name, groups: JSON.stringify(groups) }, whereAll: 'jobs.json', exitCode: 0 }
}
