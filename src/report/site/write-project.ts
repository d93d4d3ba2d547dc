import { createHash } from 'node:crypto'
import { copyFile, lstat, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { writeAtomic } from '#files/write-atomic'
import type { StageContext } from '#log/reporter'
import { collectMetrics } from '#report/site/collect-metrics'
import { summariseBranch, summariseBranches } from '#report/site/summarise-branches'
import type {
  MonthCrashes,
  Overview,
  ProjectBuilds,
  SiteBuild,
  SiteKnownIssue,
  SiteProject,
} from '#report/site/site-data'
import { indexKnownIssues, type KnownIssue } from '#results/known-issues'
import { encodeHistory } from '#results/repository/history-file'
import { type IndexedBuild, monthOf, type ProjectIndex } from '#results/repository/layout'
import { joinPacks, type Pack } from '#results/repository/pack'
import { writeBuildParquet } from '#results/repository/parquet'
import { readBuild, readHistory } from '#results/repository/store'

/** How many of a project's newest builds regressions and flaky tests are looked for in. */
const overviewBuilds = 200

export interface ProjectRequest {
  /** A pulled repository. */
  readonly from: string
  /** The site's `data` folder. */
  readonly to: string
  readonly knownIssues: readonly KnownIssue[]
  readonly now: Date
}

/** Writes all that the site shows of one project; memory holds a month of builds and the newest 200. */
export async function writeProject(
  index: ProjectIndex,
  { from, to, knownIssues, now }: ProjectRequest,
  { reporter, signal }: StageContext,
): Promise<SiteProject> {
  const { project } = index
  const builds = index.builds.map(toSiteBuild)
  const histories: { month: string; file: string }[] = []
  const newest = new Set(index.builds.slice(-overviewBuilds).map(({ id }) => id))
  const recent: Pack[] = []
  for (const month of [...new Set(index.builds.map(({ created }) => monthOf(created)))].sort()) {
    signal.throwIfAborted()
    reporter.status(`${project} ${month}`)
    const ofMonth = index.builds.filter(({ created }) => monthOf(created) === month)
    const pack = await readHistory(from, { ...index, builds: ofMonth })
    const content = encodeHistory(pack)
    // Named by its content: a browser that keeps parts of an older one never mixes them with this.
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
    const file = `${project}/history/${month}-${hash}.tests`
    await writeAtomic(join(to, file), content)
    histories.push({ month, file })
    await writeCrashes(join(to, project, month, 'crashes.json'), ofMonth)
    if (ofMonth.some(({ id }) => newest.has(id))) recent.push(keep(pack, newest))
  }
  for (const build of index.builds) await copyResults(from, to, index, build)
  const today = now.toISOString().slice(0, 10)
  const branches = summariseBranches(index, joinPacks(recent), indexKnownIssues(knownIssues, today))
  const overview: Overview = { version: 1, branches, knownIssues: knownIssues.map(toSiteIssue) }
  await writeJson(join(to, project, 'overview.json'), overview)
  await writeJson(join(to, project, 'metrics.json'), await collectMetrics(from, index.builds.slice(-overviewBuilds)))
  await writeJson(join(to, project, 'builds.json'), { version: 1, project, builds, histories } satisfies ProjectBuilds)
  return {
    name: project,
    builds: builds.length,
    branches: branches.flatMap((branch) => summariseBranch(branch, builds) ?? []),
  }
}

/** JSON for machines: no spaces. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeAtomic(file, `${JSON.stringify(value)}\n`)
}

function toSiteBuild({ crashes, environments, ...build }: IndexedBuild): SiteBuild {
  const { id, created, branch, commit, kernel, counts, file } = build
  return {
    id,
    created,
    branch,
    commit,
    kernel,
    counts,
    environments: environments.length,
    crashes: crashes.length,
    file,
  }
}

function toSiteIssue(issue: KnownIssue): SiteKnownIssue {
  return {
    title: issue.title,
    test: issue.test ?? null,
    crash: issue.crash ?? null,
    environments: issue.environments ?? [],
    since: issue.since ?? null,
    until: issue.until ?? null,
    url: issue.url ?? null,
    owner: issue.owner ?? null,
    intermittent: issue.intermittent === true,
    active: issue.active !== false,
  }
}

async function writeCrashes(file: string, builds: readonly IndexedBuild[]): Promise<void> {
  const crashed = builds.filter(({ crashes }) => crashes.length > 0)
  if (crashed.length === 0) return
  const content: MonthCrashes = Object.fromEntries(crashed.map(({ id, crashes }) => [id, crashes]))
  await writeJson(file, content)
}

/** Copies a Parquet file, or makes a removed one again; a link would show what it points to. */
async function copyResults(from: string, to: string, index: ProjectIndex, build: IndexedBuild): Promise<void> {
  const { file, packed } = build
  if (packed === true) return writeAtomic(join(to, file), writeBuildParquet(await readBuild(from, index, build)))
  const source = join(from, file)
  const found = await lstat(source).catch((error: unknown) => {
    throw new LkftError('BAD_DOCUMENT', `${file}: the index names it, but it is not there`, { cause: error })
  })
  if (!found.isFile()) throw new LkftError('BAD_DOCUMENT', `${file}: it is not a plain file`)
  await mkdir(dirname(join(to, file)), { recursive: true })
  await copyFile(source, join(to, file))
}

function keep(pack: Pack, wanted: ReadonlySet<string>): Pack {
  const rows = pack.rows.filter((_row, index) => wanted.has(pack.builds[index] ?? ''))
  return { ...pack, builds: pack.builds.filter((id) => wanted.has(id)), rows }
}
