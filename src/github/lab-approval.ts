import type { Octokit } from '@octokit/rest'
import { LkftError } from '#errors/lkft-error'
import { labAccess } from '#github/trust'
import type { RunEvent } from '#github/event'

/**
 * Lets a run near a board, or not. A trusted run may; an untrusted one needs an
 * approval of `environment` that GitHub itself confirms for this very run; events
 * that run others' contents with this repository's rights never may. Any doubt,
 * a failed call included, is a no.
 *
 * @throws LkftError BAD_ARGUMENT that says what would allow it
 */
export async function requireLabAccess(
  event: RunEvent,
  environment: string | undefined,
  connect: () => Octokit,
): Promise<void> {
  const access = labAccess(event)
  if (access === 'yes') return
  if (access === 'no') throw refused(`the event ${event.name} may never use a lab`)
  if (environment === undefined) throw refused('an untrusted run needs an environment with required reviewers')
  const [owner = '', repo = ''] = event.repository.split('/')
  const approved = await connect()
    .rest.actions.getReviewsForRun({ owner, repo, run_id: event.runId })
    .then(({ data }) =>
      data.some(
        (review) => review.state === 'approved' && review.environments.some(({ name }) => name === environment),
      ),
    )
    .catch((error: unknown) => {
      throw refused(`the approval of '${environment}' could not be checked: ${(error as Error).message}`)
    })
  if (!approved) throw refused(`nobody approved the environment '${environment}' for this run`)
}

function refused(why: string): LkftError {
  return new LkftError('BAD_ARGUMENT', `no lab for this run: ${why}`, {
    hint: 'docs/security.md says how a maintainer lets one pull request onto a board.',
  })
}
