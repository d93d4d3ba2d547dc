import { join } from 'node:path'
import { type Commit, openHistory } from '#bisect/history'
import { createStageDirectory } from '#files/stage-directory'
import { writeJsonAtomic } from '#files/write-atomic'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import type { Commits } from '#schema/documents'

export interface CommitsRequest {
  /** Git repository of the kernel; not written to. */
  readonly source: string
  /** The series: all that `head` has and `base` has not, or these commits, oldest first. */
  readonly series: { readonly base: string; readonly head: string } | readonly string[]
  readonly outputDir: string
}

/** What the build of one commit said. */
export interface CommitBuild {
  readonly builds: boolean
  /** Why it does not build. */
  readonly reason: string | null
  /** Its errors when it does not build, else warnings that no build before it had. */
  readonly messages: readonly string[]
}

/** Builds the commit that is checked out in `tree`; `at` is 0 for the base. */
export type BuildCommit = (place: {
  readonly tree: string
  readonly commit: string
  readonly at: number
}) => Promise<CommitBuild>

/** A longer series is for bisect. */
const mostCommits = 200
const mostMessages = 10

/**
 * Builds every commit of a series, each from the one before, and says what each
 * does: break the build, mend it, or add a warning. The base is built first: its
 * messages are nobody's fault here. commits.json is whole after every commit.
 *
 * @throws LkftError BAD_ARGUMENT for commits that the repository does not have, and for an empty or too long series
 */
export async function buildCommits(
  request: CommitsRequest,
  build: BuildCommit,
  context: StageContext,
): Promise<Commits> {
  const { reporter, signal } = context
  await createStageDirectory(request.outputDir)
  await using history = await openHistory(request.source, signal)
  const { series } = request
  const shas = 'base' in series ? await history.between(series.base, series.head) : series
  const [first] = shas
  if (first === undefined) throw new LkftError('BAD_ARGUMENT', 'there is no commit to build between base and head')
  if (shas.length > mostCommits)
    throw new LkftError('BAD_ARGUMENT', `${shas.length} commits are too many to build one by one`, {
      hint: `Give a series of at most ${mostCommits}, or halve it with 'lkft bisect --build-only'.`,
    })
  const base = await history.resolve(`${first}^`)
  let record: Commits = { version: 1, state: 'running', base: base.sha, commits: [] }
  const save = async (change: Partial<Commits>): Promise<Commits> => {
    record = { ...record, ...change }
    await writeJsonAtomic(join(request.outputDir, 'commits.json'), record)
    return record
  }
  await save({})
  let before = true
  for (const [at, sha] of [base.sha, ...shas].entries()) {
    const commit = await history.describe(sha)
    reporter.section(`${at} of ${shas.length}: ${sha.slice(0, 12)} ${commit.title}`)
    const begun = Date.now()
    await history.checkOut(sha)
    const result = await build({ tree: history.folder, commit: sha, at })
    if (signal.aborted) return save({ state: 'cancelled' })
    if (at > 0) await save({ commits: [...record.commits, describe(commit, result, before, begun)] })
    before = result.builds
  }
  return save({ state: 'done' })
}

function describe({ sha, title, author }: Commit, result: CommitBuild, before: boolean, begun: number) {
  const { builds, reason, messages } = result
  const warns = messages.length > 0 ? 'warns' : 'none'
  const effect = builds ? (before ? warns : 'mends') : before ? 'breaks' : 'broken'
  const seconds = (Date.now() - begun) / 1000
  return { sha, title, author, effect, reason, messages: messages.slice(0, mostMessages), seconds } as const
}
