import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { type BuildTable } from '#results/repository/build-table'
import type { Changes, ReadFile } from '#results/repository/git-branch'
import {
  addToIndex,
  checkName,
  formatIndex,
  type IndexedBuild,
  indexFile,
  monthOf,
  parseIndex,
  type ProjectIndex,
} from '#results/repository/layout'
import { formatMetrics, type StoredMetric } from '#results/repository/metrics-file'
import { buildPack, joinPacks, type Pack, type PackedBuild } from '#results/repository/pack'
import { decodePack, encodePack } from '#results/repository/pack-file'
import { readBuildParquet, writeBuildParquet } from '#results/repository/parquet'

/** A build as it is handed in; its file is named by the repository. */
export type NewBuild = Omit<IndexedBuild, 'file' | 'metrics'> & {
  readonly project: string
  readonly table: BuildTable
  readonly measured?: readonly StoredMetric[]
}

/** A name for a build that no other has: time, kernel or commit, and chance. */
export function nameBuild(created: string, kernel: string | null, commit: string | null): string {
  const stamp = created.replaceAll(/[-:]/g, '').replace(/\.\d+/, '')
  const what = (kernel ?? commit?.slice(0, 12) ?? 'kernel').replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 48)
  return `${stamp}-${what}-${randomBytes(3).toString('hex')}`
}

/** What a repository changes when a build comes: its Parquet file, its measurements and a line of the index. */
export function storeBuild({
  project,
  table,
  measured = [],
  ...build
}: NewBuild): (read: ReadFile) => Promise<Changes> {
  const file = `${checkName('the project', project)}/${monthOf(build.created)}/${checkName('the build', build.id)}.parquet`
  const bytes = writeBuildParquet(table)
  return async (read) => {
    const index = parseIndex(await read(indexFile(project)), project)
    const metrics = measured.length === 0 ? {} : { metrics: file.replace(/parquet$/, 'metrics.json') }
    const next = addToIndex(index, { ...build, file, ...metrics })
    return new Map<string, string | Uint8Array>([
      [file, bytes],
      ...(metrics.metrics === undefined ? [] : ([[metrics.metrics, formatMetrics(measured)]] as const)),
      [indexFile(project), formatIndex(next)],
    ])
  }
}

/**
 * A pulled repository's project.
 *
 * @throws LkftError BAD_DOCUMENT, BAD_ARGUMENT when the repository has no such project
 */
export async function readIndex(directory: string, project: string): Promise<ProjectIndex> {
  const file = join(directory, indexFile(project))
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new LkftError('BAD_ARGUMENT', `${directory} has no project '${project}'`, {
      cause: error,
      hint: "Pull the repository with 'lkft results pull', or name another --project.",
    })
  })
  return parseIndex(text, project)
}

/** Results of one build from a pulled repository. */
export async function readBuild(directory: string, { file }: IndexedBuild): Promise<BuildTable> {
  return readBuildParquet(await readFile(join(directory, file)), file)
}

/**
 * The newest builds of a project in one pack, oldest first: from the packs of their
 * months where those are up to date, else from their Parquet files.
 *
 * @param only what of a month's pack is wanted, taken before months are joined
 */
export async function readHistory(
  directory: string,
  index: ProjectIndex,
  newest = Infinity,
  only: (pack: Pack) => Pack = (pack) => pack,
): Promise<Pack> {
  const wanted = new Set(index.builds.slice(-Math.min(newest, index.builds.length)).map(({ id }) => id))
  const months = [...new Set(index.builds.filter(({ id }) => wanted.has(id)).map(({ created }) => monthOf(created)))]
  const packs: Pack[] = []
  for (const month of months.sort()) {
    const builds = index.builds.filter(({ created }) => monthOf(created) === month)
    const known = index.packs.find((pack) => pack.month === month)
    const isWhole = known !== undefined && known.builds.join() === builds.map(({ id }) => id).join()
    const pack = isWhole
      ? decodePack(await readFile(join(directory, known.file)), known.file)
      : await buildPack(toPacked(directory, builds.filter(({ id }) => wanted.has(id)))) // prettier-ignore
    packs.push(only(keepBuilds(pack, wanted)))
  }
  return joinPacks(packs)
}

function keepBuilds(pack: Pack, wanted: ReadonlySet<string>): Pack {
  const kept = pack.builds.map((id, index) => ({ id, row: pack.rows[index] })).filter(({ id }) => wanted.has(id))
  return { ...pack, builds: kept.map(({ id }) => id), rows: kept.flatMap(({ row }) => row ?? []) }
}

function toPacked(directory: string, builds: readonly IndexedBuild[]): PackedBuild[] {
  return builds.map((build) => ({ id: build.id, read: () => readBuild(directory, build) }))
}

/** The packs of all months, and what an index then says; memory holds one build at a time. */
export async function compactProject(
  directory: string,
  index: ProjectIndex,
): Promise<{ readonly files: Changes; readonly packs: ProjectIndex['packs'] }> {
  const packs: ProjectIndex['packs'][number][] = []
  const files = new Map<string, Uint8Array>()
  for (const month of [...new Set(index.builds.map(({ created }) => monthOf(created)))].sort()) {
    const builds = index.builds.filter(({ created }) => monthOf(created) === month)
    const file = `${index.project}/history/${month}.pack`
    files.set(file, encodePack(await buildPack(toPacked(directory, builds))))
    packs.push({ month, file, builds: builds.map(({ id }) => id) })
  }
  return { files, packs }
}
