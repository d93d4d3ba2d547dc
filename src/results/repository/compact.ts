import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { formatIndex, indexFile, parseIndex, type ProjectIndex } from '#results/repository/layout'
import type { Changes, ResultsStore } from '#results/repository/results-store'
import { compactProject, readIndex } from '#results/repository/store'

export interface CompactRequest {
  readonly store: ResultsStore
  readonly project: string
}

export interface GcRequest extends CompactRequest {
  /** Parquet files of builds older than so many days are removed. */
  readonly keepDays: number
  readonly now?: Date
  /** Make the branch one commit without its past, so that what was removed takes no room; plain git only. */
  readonly forgetHistory?: boolean
}

export interface GcResult {
  /** Builds that live in a pack alone from now on. */
  readonly removed: number
  readonly kept: number
}

/** How often all is done again because somebody else made packs in the meantime. */
const mostRounds = 5

/** Makes monthly packs in a results repository; gives the number of builds in them. */
export async function compactResults({ store, project }: CompactRequest, context: StageContext): Promise<number> {
  const packs = await rewrite(store, project, `Compact ${project}`, context, (index) => ({ index, removed: [] }))
  return packs.reduce((total, { builds }) => total + builds.length, 0)
}

/**
 * Removes the Parquet files of old builds. Their statuses stay in the packs of their
 * months, from which all questions are answered; nothing else is in the files.
 *
 * @throws LkftError BAD_ARGUMENT when the repository has no such project, CHILD_FAILED, FETCH_FAILED
 */
export async function collectGarbage(request: GcRequest, context: StageContext): Promise<GcResult> {
  const { store, project, keepDays, now = new Date(), forgetHistory = false } = request
  const limit = new Date(now.getTime() - keepDays * 86_400_000).toISOString()
  let result: GcResult = { removed: 0, kept: 0 }
  const drop = (index: ProjectIndex): Rewritten => {
    const packed = new Set(index.packs.flatMap(({ builds }) => builds))
    const old = index.builds.filter((build) => build.packed !== true && build.created < limit && packed.has(build.id))
    result = { removed: old.length, kept: index.builds.filter((build) => build.packed !== true).length - old.length }
    const ids = new Set(old.map(({ id }) => id))
    const builds = index.builds.map((build) => (ids.has(build.id) ? { ...build, packed: true as const } : build))
    return { index: { ...index, builds }, removed: old.map(({ file }) => file) }
  }
  await rewrite(store, project, `Remove old files of ${project}`, context, drop, forgetHistory)
  return result
}

interface Rewritten {
  readonly index: ProjectIndex
  /** Files that the index names no more. */
  readonly removed: readonly string[]
}

async function rewrite(
  store: ResultsStore,
  project: string,
  message: string,
  { reporter, signal }: StageContext,
  change: (index: ProjectIndex) => Rewritten,
  forgetHistory = false,
): Promise<ProjectIndex['packs']> {
  const directory = await mkdtemp(join(tmpdir(), 'lkft-compact-'))
  try {
    for (let round = 1; round <= mostRounds; round++) {
      reporter.section('Pulling')
      await store.pull(directory, signal)
      reporter.section('Compacting')
      const pulled = await readIndex(directory, project)
      const { files, packs } = await compactProject(directory, pulled)
      reporter.section('Writing')
      let isStale = false
      const next = async (read: (path: string) => Promise<string | undefined>): Promise<Changes> => {
        const now = parseIndex(await read(indexFile(project)), project)
        // Other packs than those that these were made of: builds may live in them alone.
        isStale = JSON.stringify(now.packs) !== JSON.stringify(pulled.packs)
        if (isStale) return new Map()
        const { index, removed } = change({ ...now, packs })
        const gone = removed.map((file) => [file, undefined] as const)
        return new Map<string, string | Uint8Array | undefined>([
          ...files,
          ...gone,
          [indexFile(project), formatIndex(index)],
        ])
      }
      await store.commit(message, next, { signal, forgetHistory })
      if (!isStale) return packs
    }
    throw new LkftError('FETCH_FAILED', `${store.name}: others made packs ${mostRounds} times in the meantime`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
