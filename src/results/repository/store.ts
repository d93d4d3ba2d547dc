import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { type BuildTable } from '#results/repository/build-table'
import type { Changes, ReadFile } from '#results/repository/results-store'
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
import { buildPack, joinPacks, type Pack, selectTest, takeBuilds, unpackBuild } from '#results/repository/pack'
import { decodePack, decodeTest, encodePack } from '#results/repository/pack-file'
import { readBuildParquet, writeBuildParquet } from '#results/repository/parquet'

/** A build as it is handed in; its file is named by the repository. */
export type NewBuild = Omit<IndexedBuild, 'file' | 'metrics'> & {
  readonly project: string
  readonly table: BuildTable
  readonly measured?: readonly StoredMetric[]
}

/** A test by its name. */
interface OneTest {
  readonly suite: string
  readonly test: string
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

/** Results of one build from a pulled repository, from the pack of its month when its file was removed. */
export async function readBuild(directory: string, index: ProjectIndex, build: IndexedBuild): Promise<BuildTable> {
  if (build.packed !== true) return readBuildParquet(await readFile(join(directory, build.file)), build.file)
  const known = index.packs.find(({ builds }) => builds.includes(build.id))
  if (known === undefined) throw notPacked(index, build.id)
  return unpackBuild(await readPack(directory, known, [build.id]), build.id)
}

/**
 * The newest builds of a project in one pack, oldest first: from the packs of their
 * months as far as those go, else from their Parquet files.
 *
 * @param only the one test that is wanted, else all of them
 */
export async function readHistory(
  directory: string,
  index: ProjectIndex,
  newest = Infinity,
  only?: OneTest,
): Promise<Pack> {
  const wanted = index.builds.slice(-Math.min(newest, index.builds.length))
  const packs: Pack[] = []
  for (const month of monthsOf(wanted)) {
    packs.push(await readMonth(directory, index, wanted.filter((build) => monthOf(build.created) === month), only)) // prettier-ignore
  }
  return joinPacks(packs)
}

/** Builds of one month in their order; memory holds the pack and one build beside it. */
async function readMonth(
  directory: string,
  index: ProjectIndex,
  builds: readonly IndexedBuild[],
  only?: OneTest,
): Promise<Pack> {
  const [{ created } = { created: '' }] = builds
  const known = index.packs.find(({ month }) => month === monthOf(created))
  const packed = new Set(known?.builds)
  const ids = builds.map(({ id }) => id)
  const rest = builds.filter(({ id }) => !packed.has(id))
  for (const build of rest) if (build.packed === true) throw notPacked(index, build.id)
  const parts: Pack[] = []
  if (known !== undefined && rest.length < builds.length) parts.push(await readPack(directory, known, ids, only))
  const read = rest.map((build) => ({ id: build.id, read: () => readBuild(directory, index, build) }))
  if (rest.length > 0) {
    const pack = await buildPack(read)
    parts.push(only === undefined ? pack : selectTest(pack, only.suite, only.test))
  }
  return takeBuilds(joinPacks(parts), ids)
}

/** A pack as far back as the oldest of some builds. */
async function readPack(
  directory: string,
  { file, builds }: ProjectIndex['packs'][number],
  ids: readonly string[],
  only?: OneTest,
): Promise<Pack> {
  const wanted = new Set(ids)
  const most = builds.length - builds.findIndex((id) => wanted.has(id))
  const bytes = await readFile(join(directory, file))
  return only === undefined ? decodePack(bytes, file, most) : decodeTest(bytes, file, only.suite, only.test, most)
}

function notPacked({ project }: ProjectIndex, id: string): LkftError {
  return new LkftError('BAD_DOCUMENT', `${indexFile(project)}: ${id} has no file, and no pack has it`)
}

function monthsOf(builds: readonly IndexedBuild[]): string[] {
  return [...new Set(builds.map(({ created }) => monthOf(created)))].sort()
}

/** The packs of all months, and what an index then says; a month whose pack has all builds is left alone. */
export async function compactProject(
  directory: string,
  index: ProjectIndex,
): Promise<{ readonly files: Changes; readonly packs: ProjectIndex['packs'] }> {
  const packs: ProjectIndex['packs'][number][] = []
  const files = new Map<string, Uint8Array>()
  for (const month of monthsOf(index.builds)) {
    const builds = index.builds.filter(({ created }) => monthOf(created) === month)
    const entry = { month, file: `${index.project}/history/${month}.pack`, builds: builds.map(({ id }) => id) }
    packs.push(entry)
    const known = index.packs.find((pack) => pack.month === month)
    if (known?.builds.join() === entry.builds.join()) continue
    files.set(entry.file, encodePack(await readMonth(directory, index, builds)))
  }
  return { files, packs }
}
