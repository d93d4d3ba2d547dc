import type { Shard } from '#plan/cells'
import { largestMatrix } from '#plan/shard-jobs'
import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'
import type { Jobs } from '#schema/documents'

/** One cell of a matrix: the id finds everything else in the plan's artifact. */
export interface MatrixCell {
  readonly id: string
  /** Shown as the job's name, and the name of its directory and artifact. */
  readonly name: string
  /** Name of the build that the run boots, and so of the artifact it needs; `null` for a kernel from elsewhere. */
  readonly build?: string | null
  /** A build whose pull request is built commit by commit too. */
  readonly 'per-commit'?: true
  /** Labels of its runner; absent: the workflow's own default. */
  readonly 'runs-on'?: readonly string[]
  /** Minutes after which GitHub ends the job: the cell's own timeout and room for fetching and packing. */
  readonly 'timeout-minutes': number
}

/** What one call of the shard workflow runs. Every list has at most 256 cells; an empty one means: skip that job. */
export interface ShardMatrices {
  readonly builds: readonly MatrixCell[]
  readonly boots: readonly MatrixCell[]
  readonly labs: readonly MatrixCell[]
}

/** A job's outputs may hold 1 MiB each, counted in UTF-16. */
export const largestOutput = 1024 * 1024

const hostedJobMinutes = 360

/**
 * The ids of the shards of a wave, for a matrix whose cells call the shard workflow.
 * Wave 2 needs wave 1; it is empty unless a build has more than 256 runs or a boot has no build.
 */
export function shardIds(jobs: Jobs, wave: 1 | 2): readonly string[] {
  return jobs.shards.filter((shard) => shard.wave === wave).map(({ id }) => id)
}

/**
 * The matrices of one shard.
 *
 * @throws LkftError UNKNOWN_NAME when the plan has no such shard, INTERNAL when a limit of GitHub's would be passed
 */
export function shardMatrices(jobs: Jobs, id: string): ShardMatrices {
  const shard = jobs.shards.find((one) => one.id === id)
  if (shard === undefined)
    throw unknownName(
      'shard',
      id,
      jobs.shards.map((one) => one.id),
    )
  const matrices = toMatrices(jobs, shard)
  for (const [kind, cells] of Object.entries(matrices)) checkLimits(kind, cells)
  return matrices
}

function toMatrices(jobs: Jobs, shard: Shard): ShardMatrices {
  const { names, cells } = indexOf(jobs)
  const toCell = (cell: AnyCell): MatrixCell => ({
    id: cell.id,
    name: cell.name,
    ...('build' in cell ? { build: cell.build === null ? null : (names.get(cell.build) ?? null) } : {}),
    ...('per_commit' in cell && cell.per_commit !== undefined ? { 'per-commit': true } : {}),
    ...(cell.runs_on === null ? {} : { 'runs-on': cell.runs_on }),
    'timeout-minutes': Math.min(hostedJobMinutes, Math.ceil((cell.timeout_minutes ?? hostedJobMinutes) + 15)),
  })
  const pick = (ids: readonly string[]): MatrixCell[] => ids.flatMap((one) => cells.get(one) ?? []).map(toCell)
  return { builds: pick(shard.builds), boots: pick(shard.boots), labs: pick(shard.labs) }
}

type AnyCell = Jobs['builds'][number] | Jobs['boots'][number] | Jobs['labs'][number]

interface JobsIndex {
  readonly names: ReadonlyMap<string, string>
  readonly cells: ReadonlyMap<string, AnyCell>
}

const indexes = new WeakMap<Jobs, JobsIndex>()

/** A large plan is asked for each of its shards; it is indexed once. */
function indexOf(jobs: Jobs): JobsIndex {
  const known = indexes.get(jobs)
  if (known !== undefined) return known
  const all: readonly AnyCell[] = [...jobs.builds, ...jobs.boots, ...jobs.labs]
  const index = {
    names: new Map(jobs.builds.map((build) => [build.id, build.name])),
    cells: new Map(all.map((cell) => [cell.id, cell])),
  }
  indexes.set(jobs, index)
  return index
}

function checkLimits(kind: string, cells: readonly MatrixCell[]): void {
  if (cells.length > largestMatrix) throw new LkftError('INTERNAL', `${cells.length} ${kind} in one matrix`)
  const size = JSON.stringify(cells).length * 2
  if (size > largestOutput) throw new LkftError('INTERNAL', `the matrix of ${kind} is ${size} bytes`)
}
