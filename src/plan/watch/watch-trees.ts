import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { claimCommits, type ClaimedCommit } from '#plan/watch/claim-commits'
import { listHeads, type Tree } from '#plan/watch/list-heads'
import { openStateRef } from '#plan/watch/state-ref'

export interface WatchRequest {
  readonly trees: readonly Tree[]
  /** Git repository that keeps what was claimed, in `refs/lkft/watch`. */
  readonly repository: string
  /** Git's configuration by environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Id of the run that polls: run again, it gets its own claims again. */
  readonly run: string
  readonly now: Date
  /** Claims nothing. */
  readonly dryRun?: boolean
}

/** Polls that write at the same moment begin again with what the other wrote. */
const mostAttempts = 5

/**
 * Polls foreign trees and claims their new commits. A commit is given to one poll
 * only, because it is given after the claim is written and the write fails when
 * another poll was there first.
 *
 * @throws LkftError FETCH_FAILED when no tree answers, CHILD_FAILED when the claim cannot be written
 */
export async function watchTrees(request: WatchRequest, context: StageContext): Promise<readonly ClaimedCommit[]> {
  const heads = await listHeads(request.trees, context)
  await using store = await openStateRef(request.repository, request.environment, context.signal)
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const before = await store.read()
    const { state, claimed } = claimCommits(before, heads, request)
    const isSame = JSON.stringify(state) === JSON.stringify(before)
    if (isSame || request.dryRun === true || (await store.write(state))) return claimed
    context.reporter.info('another poll was faster: reading what it claimed')
  }
  throw new LkftError('CHILD_FAILED', `${request.repository} refused the claim ${mostAttempts} times`, {
    hint: "Other polls are busy there, or a rule forbids writing refs/lkft/watch: see the repository's rulesets.",
  })
}
