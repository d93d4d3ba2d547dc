import type { MatrixCell, ShardMatrices } from '#plan/matrices'

/** One build and what runs on it: a cell of the matrix that calls kernel-ci-build.yml. */
export interface BuildGroup {
  /** Shown as the job's name. */
  readonly name: string
  /** Absent in wave 2, where the build is done. */
  readonly build: MatrixCell | null
  readonly boots: readonly MatrixCell[]
  readonly labs: readonly MatrixCell[]
}

/**
 * Groups a shard by build, so that each build's boots start when that build is
 * done instead of waiting for the slowest of all.
 */
export function groupByBuild({ builds, boots, labs }: ShardMatrices): readonly BuildGroup[] {
  const names = new Set([...builds.map(({ name }) => name), ...[...boots, ...labs].map(groupName)])
  return [...names].map((name) => ({
    name,
    build: builds.find((build) => build.name === name) ?? null,
    boots: boots.filter((boot) => groupName(boot) === name),
    labs: labs.filter((lab) => groupName(lab) === name),
  }))
}

function groupName({ build }: MatrixCell): string {
  return build ?? 'other kernels'
}
