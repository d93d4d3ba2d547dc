import { LkftError } from '#errors/lkft-error'
import { runForOutput } from '#process/run-command'
import type { Observation, Outcome } from '#results/observation'
import type { IndexedBuild, ProjectIndex } from '#results/repository/layout'
import { type Pack, statusAt } from '#results/repository/pack'
import { readHistory, readIndex } from '#results/repository/store'
import type { ResultTable } from '#results/result-table'

/** A build of a pulled results repository, and the builds before it. */
export interface RepositoryAddress {
  readonly directory: string
  readonly project: string
  /** `previous`, `branch:NAME`, `kernel:RELEASE`, `commit:SHA`, `ancestor:REVISION` or a build's name. */
  readonly which: string
}

/** How many builds tell whether a test is steady. */
const window = 50
const mostAncestors = 20_000

/** `results:DIRECTORY#PROJECT[@WHICH]`; undefined when a text is no such address. */
export function parseRepositoryAddress(text: string): RepositoryAddress | undefined {
  const [, directory, project, which = 'previous'] = /^results:([^#]+)#([^@]+)(?:@(.+))?$/.exec(text) ?? []
  return directory === undefined || project === undefined ? undefined : { directory, project, which }
}

/**
 * The results of a build from a pulled repository with the history of the builds
 * before it on the same branch, so that a flaky test is known as one.
 *
 * @throws LkftError BAD_ARGUMENT when the repository has no such build, BAD_DOCUMENT
 */
export async function readRepository({ directory, project, which }: RepositoryAddress): Promise<ResultTable> {
  const index = await readIndex(directory, project)
  const chosen = await chooseBuild(index, which)
  if (chosen === undefined) {
    throw new LkftError('BAD_ARGUMENT', `${directory} has no build '${which}' of ${project}`, {
      hint: 'Use previous, branch:NAME, kernel:RELEASE, commit:SHA, ancestor:REVISION or the name of a build.',
    })
  }
  const at = index.builds.indexOf(chosen)
  const before = index.builds.slice(0, at + 1).filter(({ branch }) => branch === chosen.branch)
  const wanted = new Set(before.slice(-window).map(({ id }) => id))
  const first = index.builds.findIndex(({ id }) => wanted.has(id))
  return toTable(await readHistory(directory, index, index.builds.length - first), wanted)
}

/** The build of an address; undefined when its project, or the repository, has none such yet. */
export async function findBuild({ directory, project, which }: RepositoryAddress): Promise<IndexedBuild | undefined> {
  const index = await readIndex(directory, project).catch((error: unknown) => {
    if (error instanceof LkftError && error.code === 'BAD_ARGUMENT') return undefined
    throw error
  })
  return index && chooseBuild(index, which)
}

async function chooseBuild({ builds }: ProjectIndex, which: string): Promise<IndexedBuild | undefined> {
  const [, kind = '', value = ''] = /^(branch|kernel|commit|ancestor):(.+)$/.exec(which) ?? []
  switch (kind) {
    case 'branch':
      return builds.findLast(({ branch }) => branch === value)
    case 'kernel':
      return builds.findLast(({ kernel }) => kernel === value)
    case 'commit':
      return builds.findLast(({ commit }) => value.length >= 7 && commit?.startsWith(value) === true)
    case 'ancestor':
      return findAncestor(builds, value)
    default:
      return which === 'previous' ? builds.at(-1) : builds.find(({ id }) => id === which)
  }
}

/** The build of the nearest commit that the kernel tree in the current folder has before a revision, itself included. */
async function findAncestor(builds: readonly IndexedBuild[], revision: string): Promise<IndexedBuild | undefined> {
  const argv = ['git', 'rev-list', `--max-count=${mostAncestors}`, '--end-of-options', revision] as const
  const commits = (await runForOutput({ argv })).trim().split('\n')
  for (const commit of commits) {
    const found = builds.findLast((build) => build.commit === commit)
    if (found !== undefined) return found
  }
  return undefined
}

const outcomes: readonly (Outcome | '')[] = ['', 'P', 'F', 'M', 'S', 'X']

function toTable(pack: Pack, wanted: ReadonlySet<string>): ResultTable {
  const rows = pack.rows.filter((_, index) => wanted.has(pack.builds[index] ?? ''))
  const table: ResultTable = new Map(pack.environments.map((name) => [name, new Map()]))
  for (const { suite, test, first, environments } of pack.tests) {
    for (const [index, environment] of environments.entries()) {
      const observation = observe(rows, first + index)
      if (observation === undefined) continue
      const suites = table.get(pack.environments[environment] ?? '') ?? new Map<string, Map<string, Observation>>()
      const tests = suites.get(suite) ?? new Map<string, Observation>()
      suites.set(suite, tests)
      tests.set(test, observation)
    }
  }
  return new Map([...table].filter(([, suites]) => suites.size > 0))
}

/** What rows say of one key; undefined when none has it. */
function observe(rows: readonly Uint8Array[], key: number): Observation | undefined {
  let history = ''
  for (const row of rows) history += outcomes[statusAt(row, key)] ?? ''
  if (history === '') return undefined
  const mixed = count(history, 'M')
  const newest = history.at(-1)
  return {
    history,
    kernel: rows.length - 1,
    passes: count(history, 'P') + mixed,
    fails: count(history, 'F') + mixed,
    newest: { passes: Number(newest === 'P' || newest === 'M'), fails: Number(newest === 'F' || newest === 'M') },
    run: -1,
    since: -1,
    message: undefined,
  }
}

function count(history: string, outcome: Outcome): number {
  let found = 0
  for (const each of history) if (each === outcome) found += 1
  return found
}
