import { LkftError } from '#errors/lkft-error'

/**
 * Where things are in a results repository, by project (a tree or a branch of it):
 *
 * - `<project>/index.json`: every build, oldest first, with its totals and file
 * - `<project>/<yyyy-mm>/<build>.parquet`: one build's results
 * - `<project>/<yyyy-mm>/<build>.metrics.json`: what it measured, when it measured anything
 * - `<project>/history/<yyyy-mm>.pack`: a month's statuses against one list of keys
 */
const repositoryVersion = 1

/** A build in the index of a project. */
export interface IndexedBuild {
  readonly id: string
  /** RFC 3339. */
  readonly created: string
  readonly branch: string | null
  readonly commit: string | null
  readonly kernel: string | null
  readonly counts: { readonly pass: number; readonly fail: number; readonly skip: number; readonly xfail: number }
  readonly environments: readonly string[]
  readonly crashes: readonly IndexedCrash[]
  /** Path of the Parquet file in the repository. */
  readonly file: string
  /** Whether the file was removed ('lkft results gc'): its statuses are in its month's pack alone. */
  readonly packed?: true
  /** Path of its measurements; absent when there are none. */
  readonly metrics?: string
}

/** A crash that a build showed. */
interface IndexedCrash {
  readonly signature: string
  readonly kind: string
  readonly title: string
  readonly environments: readonly string[]
  readonly trace: readonly string[]
}

export interface ProjectIndex {
  readonly version: 1
  readonly project: string
  readonly builds: readonly IndexedBuild[]
  /** Months that have a pack, with the builds in it, oldest first. */
  readonly packs: readonly { readonly month: string; readonly file: string; readonly builds: readonly string[] }[]
}

const safeName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/**
 * Checks a name that becomes part of a path.
 *
 * @throws LkftError BAD_ARGUMENT
 */
export function checkName(what: string, name: string): string {
  if (safeName.test(name) && !name.endsWith('.lock') && !name.includes('..')) return name
  throw new LkftError('BAD_ARGUMENT', `${what} '${name}' is not allowed`, {
    hint: 'Use letters, digits, dot, dash and underscore, at most 100, beginning with a letter or digit.',
  })
}

export function indexFile(project: string): string {
  return `${checkName('the project', project)}/index.json`
}

/** `2026-11` of an RFC 3339 time. */
export function monthOf(created: string): string {
  return created.slice(0, 7)
}

/**
 * Reads a project's index; an absent one is empty.
 *
 * @throws LkftError BAD_DOCUMENT
 */
export function parseIndex(text: string | undefined, project: string): ProjectIndex {
  if (text === undefined) return { version: 1, project, builds: [], packs: [] }
  const file = indexFile(project)
  try {
    const index = JSON.parse(text) as ProjectIndex
    if (index.version === 1 && Array.isArray(index.builds) && Array.isArray(index.packs)) return index
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: not JSON: ${(error as Error).message}`, { cause: error })
  }
  throw new LkftError('BAD_DOCUMENT', `${file}: not an index of version ${repositoryVersion}`)
}

/** An index with one build more, or the same build replaced; oldest first. */
export function addToIndex(index: ProjectIndex, build: IndexedBuild): ProjectIndex {
  const builds = [...index.builds.filter(({ id }) => id !== build.id), build]
  builds.sort((a, b) => (a.created < b.created ? -1 : Number(a.created > b.created)) || (a.id < b.id ? -1 : 1))
  return { ...index, builds }
}

/** One build a line, so that git merges and stores it well. */
export function formatIndex({ version, project, builds, packs }: ProjectIndex): string {
  const lines = (list: readonly unknown[]): string => list.map((entry) => `\n    ${JSON.stringify(entry)}`).join(',')
  return `{\n  "version": ${version},\n  "project": ${JSON.stringify(project)},\n  "builds": [${lines(builds)}\n  ],\n  "packs": [${lines(packs)}\n  ]\n}\n`
}
