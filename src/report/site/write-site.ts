import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { readKnownIssues } from '#report/load-known-issues'
import { findProjects } from '#report/site/find-projects'
import type { SiteIndex, SiteProject } from '#report/site/site-data'
import { writeJson, writeProject } from '#report/site/write-project'
import { type KnownIssue, listKnownIssues } from '#results/known-issues'
import { pullBranch } from '#results/repository/git-branch'

export interface SiteRequest {
  /** A pulled repository, or anything `git fetch` takes. */
  readonly repository: string
  readonly branch: string
  /** Folder of the site: absent, empty, or a site made before. */
  readonly outputDir: string
  /** Instead of the repository's own `known-issues.yaml`. */
  readonly knownIssues?: string
  readonly now?: Date
}

export interface SiteResult {
  readonly directory: string
  readonly projects: number
  readonly builds: number
}

/**
 * Writes the dashboard of a results repository as a static site. What an earlier
 * run left in the folder is replaced.
 *
 * @throws LkftError BAD_ARGUMENT when the folder holds something else; BAD_DOCUMENT; CHILD_FAILED
 */
export async function writeSite(request: SiteRequest, context: StageContext): Promise<SiteResult> {
  const { outputDir, now = new Date() } = request
  const pages = await findPages()
  await checkOutput(outputDir)
  await using repository = await openRepository(request, context)
  context.reporter.section('Reading results')
  const found = await findProjects(repository.directory)
  const knownIssues = await readIssues(request, repository.directory)
  context.reporter.section('Writing the site')
  await rm(outputDir, { recursive: true, force: true })
  await cp(pages, outputDir, { recursive: true })
  const to = join(outputDir, 'data')
  const projects: SiteProject[] = []
  for (const index of found) {
    projects.push(await writeProject(index, { from: repository.directory, to, knownIssues, now }, context))
  }
  await writeJson(join(to, 'site.json'), { version: 1, generated: now.toISOString(), projects } satisfies SiteIndex)
  return { directory: outputDir, projects: projects.length, builds: projects.reduce((sum, one) => sum + one.builds, 0) }
}

/** The built pages: in a clone and in the package at the same place. */
async function findPages(): Promise<string> {
  const folder = fileURLToPath(new URL('../../../dashboard/dist/', import.meta.url))
  if (await isFile(join(folder, 'index.html'))) return folder
  throw new LkftError('BAD_ARGUMENT', 'the dashboard was not built', {
    hint: "Run 'npm run build' in the clone first.",
  })
}

async function checkOutput(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  if (names.length === 0 || (await isFile(join(folder, 'data/site.json')))) return
  throw new LkftError('BAD_ARGUMENT', `${folder} holds something that is no dashboard`, {
    hint: 'Name another --output-dir; a dashboard replaces all that is in its folder.',
  })
}

interface OpenRepository extends AsyncDisposable {
  readonly directory: string
}

async function openRepository({ repository, branch }: SiteRequest, context: StageContext): Promise<OpenRepository> {
  if (await isPulled(repository)) return { directory: repository, [Symbol.asyncDispose]: () => Promise.resolve() }
  context.reporter.section('Pulling')
  const directory = await mkdtemp(join(tmpdir(), 'lkft-site-'))
  const dispose = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    const isThere = await pullBranch({ remote: repository, branch }, directory, context.signal)
    if (!isThere) context.reporter.warn(`${repository} has no branch '${branch}' yet: the dashboard is empty`)
  } catch (error) {
    await dispose()
    throw error
  }
  return { directory, [Symbol.asyncDispose]: dispose }
}

/** A folder whose subfolders are projects is a pulled repository; any other is left to git. */
async function isPulled(path: string): Promise<boolean> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    if (await isFile(join(path, name, 'index.json'))) return true
  }
  return false
}

async function readIssues({ knownIssues }: SiteRequest, directory: string): Promise<readonly KnownIssue[]> {
  const own = join(directory, 'known-issues.yaml')
  const file = knownIssues ?? ((await isFile(own)) ? own : undefined)
  return file === undefined ? [] : listKnownIssues(await readKnownIssues(file))
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
