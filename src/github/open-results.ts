import { LkftError } from '#errors/lkft-error'
import { connect } from '#github/octokit'
import { githubStore } from '#github/results-branch'
import type { Reporter } from '#log/reporter'
import { gitStore } from '#results/repository/git-branch'
import type { ResultsStore } from '#results/repository/results-store'

export interface OpenResults {
  /** `github:owner/name` for the Git data API, else anything that git takes. */
  readonly repository: string
  readonly branch: string
  /** For `github:`, else from the environment. */
  readonly token?: string | undefined
  readonly environment: NodeJS.ProcessEnv
  readonly reporter: Reporter
}

/**
 * The results repository of an address.
 *
 * @throws LkftError BAD_ARGUMENT when the address or the environment lacks something
 */
export function openResults({ repository, branch, token, environment, reporter }: OpenResults): ResultsStore {
  const [, scheme, rest = ''] = /^(github):(.*)$/.exec(repository) ?? []
  if (scheme === undefined) return gitStore({ remote: repository, branch })
  if (!/^[\w.-]+\/[\w.-]+$/.test(rest)) {
    throw new LkftError('BAD_ARGUMENT', `'${repository}' names no repository of GitHub`, {
      hint: 'Write github:owner/name, or an address for git.',
    })
  }
  const known = token ?? environment['GITHUB_TOKEN']
  if (known === undefined || known === '') {
    throw new LkftError('BAD_ARGUMENT', `${repository} needs a token`, {
      hint: "Set GITHUB_TOKEN to one with 'contents: write'.",
    })
  }
  const apiUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com'
  return githubStore(connect(known, apiUrl, reporter), { repository: rest, branch })
}
