import type { BootCell, Cells, LabCell, Shard } from '#plan/cells'
import { LkftError } from '#errors/lkft-error'

/** Cells of one matrix, and so of one kind in a shard; also the most shards of one wave. Source: GitHub's limits. */
export const largestMatrix = 256

interface Group {
  readonly build: string
  readonly boots: readonly BootCell[]
  readonly labs: readonly LabCell[]
  readonly minutes: number
}

/**
 * Spreads cells over shards: a build and its runs stay together, no shard holds
 * more than `largest` of a kind, and the shards' minutes are about equal. Runs
 * beyond that of one build, and runs without a build, go to shards of wave 2,
 * which start when wave 1 is done.
 *
 * @throws LkftError BAD_ARGUMENT when a wave would need more than `largest` shards
 */
export function shardJobs(cells: Cells, largest = largestMatrix): Shard[] {
  const byBuild = groupByBuild(cells)
  const minutes = new Map([...cells.boots, ...cells.labs].map((run) => [run.id, run.minutes]))
  const groups: Group[] = []
  const late: { kind: 'boots' | 'labs'; id: string }[] = byBuild.without
  for (const { id, minutes: own } of cells.builds) {
    const runs = byBuild.get(id)
    const boots = runs.boots.slice(0, largest)
    const labs = runs.labs.slice(0, largest)
    late.push(...runs.boots.slice(largest).map((run) => ({ kind: 'boots' as const, id: run.id })))
    late.push(...runs.labs.slice(largest).map((run) => ({ kind: 'labs' as const, id: run.id })))
    groups.push({ build: id, boots, labs, minutes: own + sum(boots) + sum(labs) })
  }
  const first = balance(groups, largest)
  const second = lateShards(late, minutes, largest)
  for (const wave of [first, second]) {
    if (wave.length <= largest) continue
    throw new LkftError('BAD_ARGUMENT', `the plan needs ${wave.length} shards, one workflow run takes ${largest}`, {
      hint: 'Split the plan into two files that two workflows run.',
    })
  }
  return [...first, ...second].map((shard, index) => ({ ...shard, id: `s${index + 1}` }))
}

function sum(runs: readonly { readonly minutes: number }[]): number {
  return runs.reduce((total, run) => total + run.minutes, 0)
}

function groupByBuild(cells: Cells): {
  get: (build: string) => { boots: BootCell[]; labs: LabCell[] }
  without: { kind: 'boots' | 'labs'; id: string }[]
} {
  const groups = new Map<string, { boots: BootCell[]; labs: LabCell[] }>()
  const get = (build: string): { boots: BootCell[]; labs: LabCell[] } => {
    const known = groups.get(build) ?? { boots: [], labs: [] }
    groups.set(build, known)
    return known
  }
  const without: { kind: 'boots' | 'labs'; id: string }[] = []
  for (const boot of cells.boots) {
    if (boot.build === null) without.push({ kind: 'boots', id: boot.id })
    else get(boot.build).boots.push(boot)
  }
  for (const lab of cells.labs) if (lab.build !== null) get(lab.build).labs.push(lab)
  return { get, without }
}

/** As few shards as the counts allow, the longest group to the emptiest shard with room, one more shard when none has. */
function balance(groups: readonly Group[], largest: number): Shard[] {
  if (groups.length === 0) return []
  const boots = groups.reduce((total, group) => total + group.boots.length, 0)
  const labs = groups.reduce((total, group) => total + group.labs.length, 0)
  const least = Math.ceil(Math.max(groups.length, boots, labs, 1) / largest)
  const shards = Array.from({ length: least }, () => emptyShard(1))
  for (const group of [...groups].sort((a, b) => b.minutes - a.minutes)) {
    let best: Shard | undefined
    for (const shard of shards) {
      if (!hasRoom(shard, group, largest)) continue
      if (best === undefined || shard.minutes < best.minutes) best = shard
    }
    if (best === undefined) shards.push((best = emptyShard(1)))
    best.builds.push(group.build)
    for (const run of group.boots) best.boots.push(run.id)
    for (const run of group.labs) best.labs.push(run.id)
    best.minutes += group.minutes
  }
  return shards.filter((shard) => shard.builds.length > 0)
}

function hasRoom(shard: Shard, group: Group, largest: number): boolean {
  return (
    shard.builds.length < largest &&
    shard.boots.length + group.boots.length <= largest &&
    shard.labs.length + group.labs.length <= largest
  )
}

function lateShards(
  late: readonly { readonly kind: 'boots' | 'labs'; readonly id: string }[],
  minutes: ReadonlyMap<string, number>,
  largest: number,
): Shard[] {
  const shards: Shard[] = []
  for (const { kind, id } of late) {
    let last = shards.at(-1)
    if (last === undefined || last[kind].length === largest) shards.push((last = emptyShard(2)))
    last[kind].push(id)
    last.minutes += minutes.get(id) ?? 0
  }
  return shards
}

function emptyShard(wave: 1 | 2): Shard {
  return { id: '', wave, builds: [], boots: [], labs: [], minutes: 0 }
}
