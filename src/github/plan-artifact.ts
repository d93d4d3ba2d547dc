import { cp, mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, relative, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'
import { lockFileName } from '#container/image-lock'
import { writeJsonAtomic } from '#files/write-atomic'
import { newestArtifact } from '#github/artifact-names'
import type { ArtifactStore } from '#github/artifacts'
import type { Jobs } from '#schema/documents'
import { checkDocument } from '#schema/validate'

/** The plan as every job of the run sees it. */
export interface PlanFolder {
  readonly jobs: Jobs
  /** Stands for the folder of lkft.yaml: holds the files that the plan names, under their paths. */
  readonly files: string
}

/** Where a file that the plan names lies in the plan's artifact. */
const filesFolder = 'files'

/**
 * Writes what other jobs need of the plan: jobs.json and the files beside
 * lkft.yaml that it names (configurations, board files, known issues), and lkft.lock.
 */
export async function writePlanFolder(folder: string, jobs: Jobs, planFolder: string): Promise<void> {
  await writeJsonAtomic(join(folder, 'jobs.json'), jobs)
  for (const name of new Set(namedFiles(jobs))) {
    const file = resolve(planFolder, name)
    if (isAbsolute(name) || relative(planFolder, file).startsWith('..')) continue
    if ((await stat(file).catch(() => undefined))?.isFile() !== true) continue
    const place = join(folder, filesFolder, normalize(name))
    await mkdir(dirname(place), { recursive: true })
    await cp(file, place, { dereference: true })
  }
}

function namedFiles(jobs: Jobs): readonly string[] {
  const known = jobs.report.known_issues
  return [
    ...jobs.builds.flatMap((build) => [build.kconfig, ...build.kconfig_add]),
    ...jobs.labs.map((lab) => lab.board),
    ...(known === null ? [] : [known]),
    lockFileName,
  ]
}

/**
 * Downloads the plan of this run.
 *
 * @throws LkftError FETCH_FAILED when the run has none
 */
export async function fetchPlan(store: ArtifactStore, scope: string, folder: string): Promise<PlanFolder> {
  const name = newestArtifact(await store.list(), scope, 'plan', 'all')
  if (name === undefined) {
    throw new LkftError('FETCH_FAILED', `this run has no plan artifact of scope '${scope}'`, {
      hint: 'Run the plan action first, with the same scope.',
    })
  }
  await store.download(name, folder)
  return readPlanFolder(folder)
}

/** Reads a plan folder that is here already. */
async function readPlanFolder(folder: string): Promise<PlanFolder> {
  const file = join(folder, 'jobs.json')
  return {
    jobs: await checkDocument('jobs', JSON.parse(await readFile(file, 'utf8')), file),
    files: join(folder, filesFolder),
  }
}

/** The cell of that id. @throws LkftError UNKNOWN_NAME with the nearest ids */
export function findCell<Cell extends { readonly id: string }>(cells: readonly Cell[], id: string): Cell {
  const found = cells.find((cell) => cell.id === id)
  if (found !== undefined) return found
  throw unknownName(
    'job of the plan',
    id,
    cells.map((cell) => cell.id),
  )
}
