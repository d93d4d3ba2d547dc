import type { RunEvent } from '#github/event'

/** Whether a run may write what others read, and reach a lab, and why. */
export interface Trust {
  readonly trusted: boolean
  readonly reason: string
}

/** Events that only somebody with write access to the repository, or GitHub itself, can cause. */
const trustedEvents = new Set(['merge_group', 'push', 'schedule', 'workflow_dispatch'])

/**
 * The one place that decides trust. Trusted: push, schedule, dispatch, merge
 * queue, and a pull request whose head is in this repository. An untrusted run
 * writes no cache, is no baseline, pushes no results and needs an approval for a
 * lab. Anything not known to be trusted is not.
 */
export function decideTrust(event: Pick<RunEvent, 'name' | 'repository' | 'pullRequest'>): Trust {
  if (trustedEvents.has(event.name)) return { trusted: true, reason: `${event.name} in this repository` }
  if (event.name !== 'pull_request') return { trusted: false, reason: `event ${event.name}` }
  const head = event.pullRequest?.headRepository
  if (head === event.repository) return { trusted: true, reason: 'pull request from this repository' }
  return { trusted: false, reason: 'pull request from another repository' }
}

/** Events that run with this repository's rights on contents that others wrote: never near a lab, approved or not. */
const neverInLab = new Set(['issue_comment', 'pull_request_target', 'workflow_run'])

/** Whether a run may ask for a lab at all: `yes`, only with a person's `approval`, or `no`. */
export function labAccess(event: Pick<RunEvent, 'name' | 'repository' | 'pullRequest'>): 'yes' | 'approval' | 'no' {
  if (neverInLab.has(event.name)) return 'no'
  return decideTrust(event).trusted ? 'yes' : 'approval'
}
