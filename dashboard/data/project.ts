import type {
  MonthCrashes,
  SiteMetrics,
  Overview,
  ProjectBuilds,
  SiteBuild,
  SiteCrash,
  SiteIndex,
} from '#report/site/site-data'
import { type OpenHistory, openHistory, readNames, readTestHistory } from '#results/repository/history-blocks'
import { LoadError, openRanges, readJson } from './fetch.ts'

export const readSite = (): Promise<SiteIndex> => readJson('site.json')
export const readBuilds = (project: string): Promise<ProjectBuilds> => readJson(`${project}/builds.json`)
export const readMetrics = (project: string): Promise<SiteMetrics> => readJson(`${project}/metrics.json`)
export const readOverview = (project: string): Promise<Overview> => readJson(`${project}/overview.json`)

/** Crashes of one build; the file is only there for months that had some. */
export async function readCrashes(project: string, build: SiteBuild): Promise<readonly SiteCrash[]> {
  if (build.crashes === 0) return []
  const month = await readJson<MonthCrashes>(`${project}/${build.created.slice(0, 7)}/crashes.json`)
  return month[build.id] ?? []
}

/** The build of an address. */
export function findBuild({ builds }: ProjectBuilds, id: string): SiteBuild {
  const found = builds.find((build) => build.id === id)
  if (found === undefined) throw new LoadError(`There is no build ${id} here. It may have been removed.`)
  return found
}

/** The build before on the same branch. */
export function previousBuild({ builds }: ProjectBuilds, build: SiteBuild): SiteBuild | undefined {
  const own = builds.filter(({ branch }) => branch === build.branch)
  return own[own.indexOf(build) - 1]
}

const opened = new Map<string, Promise<OpenHistory>>()

function open(file: string): Promise<OpenHistory> {
  let known = opened.get(file)
  if (known === undefined) {
    known = openHistory(openRanges(file).read)
    opened.set(file, known)
    known.catch(() => opened.delete(file))
  }
  return known
}

/** One test over the newest builds: a letter for each build by environment, oldest first. */
export interface TestGrid {
  readonly builds: readonly SiteBuild[]
  readonly environments: ReadonlyMap<string, string>
  /** Months that are older and were not read. */
  readonly older: number
}

/** Reads the history of one test, newest months first, until `most` builds are there. */
export async function readGrid(
  { builds, histories }: ProjectBuilds,
  suite: string,
  test: string,
  most: number,
  keep: (build: SiteBuild) => boolean,
): Promise<TestGrid> {
  const byId = new Map(builds.map((build) => [build.id, build]))
  const wanted = builds.filter(keep).slice(-most)
  const first = wanted[0]?.created.slice(0, 7) ?? ''
  const months = histories.filter(({ month }) => month >= first)
  const parts = await Promise.all(
    months.map(async ({ file }) => {
      const history = await open(file)
      return { ids: history.header.builds, statuses: await readTestHistory(history, suite, test) }
    }),
  )
  const names = [...new Set(parts.flatMap(({ statuses }) => [...(statuses?.keys() ?? [])]))].sort()
  const shown = new Set(wanted.map(({ id }) => id))
  const columns: SiteBuild[] = []
  const letters = new Map<string, string[]>(names.map((name) => [name, []]))
  for (const { ids, statuses } of parts) {
    for (const [index, id] of ids.entries()) {
      const build = byId.get(id)
      if (build === undefined || !shown.has(id)) continue
      columns.push(build)
      for (const [name, row] of letters) row.push(statuses?.get(name)?.[index] ?? '.')
    }
  }
  const environments = new Map([...letters].map(([name, row]) => [name, row.join('')]))
  return { builds: columns, environments, older: builds.filter(keep).length - columns.length }
}

/** The suites of the newest month and how many tests each has. */
export async function readSuites({ histories }: ProjectBuilds): Promise<readonly (readonly [string, number])[]> {
  const newest = histories.at(-1)
  return newest === undefined ? [] : (await open(newest.file)).header.suites
}

let names: { readonly file: string; readonly list: Promise<readonly (readonly [string, string])[]> } | undefined

/** Every test of the newest month. */
export function readTestNames({ histories }: ProjectBuilds): Promise<readonly (readonly [string, string])[]> {
  const file = histories.at(-1)?.file
  if (file === undefined) return Promise.resolve([])
  if (names?.file !== file) names = { file, list: open(file).then(readNames) }
  return names.list
}
