import { unknownName } from '#errors/nearest-names'
import { nameMatcher } from '#plan/match-name'
import { shardJobs } from '#plan/shard-jobs'
import type { Jobs } from '#schema/documents'

/**
 * The part of a plan that has to do with builds of a name (`*` allowed).
 *
 * @throws LkftError UNKNOWN_NAME when there is none
 */
export function keepBuilds(jobs: Jobs, pattern: string): Jobs {
  const matches = nameMatcher(pattern)
  const builds = jobs.builds.filter(({ name, also }) => [name, ...also].some(matches))
  if (builds.length === 0)
    throw unknownName(
      'build',
      pattern,
      jobs.builds.map(({ name }) => name),
    )
  const kept = new Set(builds.map(({ id }) => id))
  const stays = ({ build }: { build: string | null }): boolean => build !== null && kept.has(build)
  const cells = { builds, boots: jobs.boots.filter(stays), labs: jobs.labs.filter(stays) }
  return { ...jobs, ...cells, shards: shardJobs(cells) }
}
