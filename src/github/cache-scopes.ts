import type { RunEvent } from '#github/event'
import { decideTrust } from '#github/trust'

/** What a job may do with the caches of one ref, on lkft's cache server. */
export interface CacheScope {
  readonly ref: string
  readonly read: boolean
  readonly write: boolean
}

/**
 * The caches that a run may use, nearest first, as GitHub's own service has it: its
 * own ref's to read and write, those of the pull request's base and of the default
 * branch to read. A run that is not trusted writes none, and has none of its own.
 */
export function cacheScopes(
  event: Pick<RunEvent, 'name' | 'repository' | 'pullRequest' | 'ref' | 'defaultBranch'>,
): readonly CacheScope[] {
  const { trusted } = decideTrust(event)
  const own = trusted && event.ref !== '' ? [{ ref: event.ref, read: true, write: true }] : []
  const others = [event.pullRequest?.baseBranch, event.defaultBranch]
    .filter((branch) => branch !== undefined)
    .map((branch) => ({ ref: `refs/heads/${branch}`, read: true, write: false }))
  const all = [...own, ...others]
  return all.filter(({ ref }, at) => all.findIndex((other) => other.ref === ref) === at)
}
