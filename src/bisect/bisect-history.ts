import { join } from 'node:path'
import { type History, openHistory, type Position } from '#bisect/history'
import { type Answer, judge } from '#bisect/judge'
import { createStageDirectory } from '#files/stage-directory'
import { writeJsonAtomic } from '#files/write-atomic'
import type { StageContext } from '#log/reporter'
import type { Bisect } from '#schema/documents'

export interface BisectRequest {
  /** Git repository of the kernel; not written to. */
  readonly source: string
  readonly good: string
  readonly bad: string
  /** What is looked for, in words. */
  readonly subject: string
  readonly outputDir: string
  /** By how many runs one answer must lead the other; 1 trusts a single run. */
  readonly lead: number
}

/** Tries the commit that is checked out in `tree`; `step` and `attempt` count from 1. */
export type TryCommit = (place: {
  readonly tree: string
  readonly commit: string
  readonly step: number
  readonly attempt: number
}) => Promise<Answer>

type Step = Bisect['steps'][number]

/**
 * Finds the commit that made good bad, by halving. Both ends are tried first:
 * where they do not differ there is nothing to find. bisect.json is whole after
 * every step.
 *
 * @throws LkftError BAD_ARGUMENT for commits that the repository does not have
 */
export async function bisectHistory(
  request: BisectRequest,
  attempt: TryCommit,
  context: StageContext,
): Promise<Bisect> {
  await createStageDirectory(request.outputDir)
  await using history = await openHistory(request.source, context.signal)
  const good = await history.resolve(request.good)
  const bad = await history.resolve(request.bad)
  const started = Date.now()
  let record: Bisect = {
    version: 1,
    state: 'running',
    verdict: null,
    reason: null,
    subject: request.subject,
    good: good.sha,
    bad: bad.sha,
    first_bad: null,
    suspects: [],
    steps: [],
    started: new Date(started).toISOString(),
    duration_seconds: 0,
  }
  const save = async (change: Partial<Bisect>): Promise<Bisect> => {
    record = { ...record, ...change, duration_seconds: (Date.now() - started) / 1000 }
    await writeJsonAtomic(join(request.outputDir, 'bisect.json'), record)
    return record
  }
  const tryHead = async (): Promise<Step> => {
    const step = await tryCommit(history, request, attempt, record.steps.length + 1, context)
    // The answer of an interrupted run is none.
    if (!context.signal.aborted) await save({ steps: [...record.steps, step] })
    return step
  }
  await save({})
  const ends = await tryEnds(history, good.sha, bad.sha, tryHead, context.signal)
  if (context.signal.aborted) return save({ state: 'cancelled' })
  if (ends !== undefined) return save({ state: 'done', verdict: 'not-reproduced', reason: ends })
  let position: Position = await history.start(good.sha, bad.sha)
  while (position.kind === 'next') {
    const { verdict } = await tryHead()
    if (context.signal.aborted) return save({ state: 'cancelled' })
    position = await history.mark(verdict)
  }
  return save({ state: 'done', ...(await conclude(history, position)) })
}

/** Tries both ends; gives why there is nothing to bisect. */
async function tryEnds(
  history: History,
  good: string,
  bad: string,
  tryHead: () => Promise<Step>,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const [sha, wanted] of [
    [bad, 'bad'],
    [good, 'good'],
  ] as const) {
    await history.checkOut(sha)
    const { verdict, reason } = await tryHead()
    if (signal.aborted) return undefined
    if (verdict === wanted) continue
    const why = reason === null ? '' : `: ${reason}`
    return `${sha.slice(0, 12)} was said to be ${wanted} and is ${verdict === 'skip' ? 'not to be judged' : verdict}${why}`
  }
  return undefined
}

async function conclude(history: History, position: Exclude<Position, { kind: 'next' }>): Promise<Partial<Bisect>> {
  if (position.kind === 'found') return { verdict: 'found', first_bad: await history.describe(position.sha) }
  const suspects = await Promise.all(position.shas.map((sha) => history.describe(sha)))
  const reason = `the first bad commit is one of ${suspects.length}; the others among them could not be judged`
  return { verdict: 'range', reason, suspects }
}

async function tryCommit(
  history: History,
  request: BisectRequest,
  attempt: TryCommit,
  step: number,
  { reporter }: StageContext,
): Promise<Step> {
  const { sha, title } = await history.describe(await history.head())
  const begun = Date.now()
  reporter.section(`Step ${step}: ${sha.slice(0, 12)} ${title}`)
  const judged = await judge((count) => attempt({ tree: history.folder, commit: sha, step, attempt: count }), request)
  reporter.info(`${sha.slice(0, 12)} is ${judged.verdict}${judged.reason === null ? '' : `: ${judged.reason}`}`)
  return { commit: sha, title, ...judged, tries: [...judged.tries], seconds: (Date.now() - begun) / 1000 }
}
