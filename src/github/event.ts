import { readFile } from 'node:fs/promises'
import { LkftError } from '#errors/lkft-error'

/** The pull request that a run is for. */
export interface PullRequest {
  readonly number: number
  readonly headSha: string
  readonly headBranch: string
  /** `owner/name`; null when the fork was deleted. */
  readonly headRepository: string | null
  readonly baseSha: string
  readonly baseBranch: string
  /** How many commits it has. */
  readonly commits: number | undefined
}

/** What the runner says of the run: everything that decisions are made from, and no token. */
export interface RunEvent {
  readonly name: string
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository: string
  readonly sha: string
  readonly ref: string
  readonly runId: number
  readonly attempt: number
  readonly serverUrl: string
  readonly apiUrl: string
  readonly pullRequest: PullRequest | null
  /** Branch that the repository shows first; undefined when the event does not say. */
  readonly defaultBranch?: string | undefined
  /** The commit that a push started from. */
  readonly before: string | undefined
  /** Path of the workflow that GitHub started, also inside a reusable one, e.g. `.github/workflows/kernel.yml`. */
  readonly workflow: string
  /** Where the run can be seen. */
  readonly runUrl: string
}

/**
 * Reads the event of this run from the runner's environment and event file.
 *
 * @throws LkftError BAD_ARGUMENT outside GitHub Actions
 */
export async function readEvent(environment: NodeJS.ProcessEnv): Promise<RunEvent> {
  const need = (name: string): string => {
    const value = environment[name]
    if (value !== undefined && value !== '') return value
    throw new LkftError('BAD_ARGUMENT', `${name} is not set: this runs inside GitHub Actions`, {
      hint: "On another machine use the 'lkft' command.",
    })
  }
  const file = environment['GITHUB_EVENT_PATH']
  const payload: unknown = file === undefined || file === '' ? {} : JSON.parse(await readFile(file, 'utf8'))
  const serverUrl = environment['GITHUB_SERVER_URL'] ?? 'https://github.com'
  const repository = need('GITHUB_REPOSITORY')
  const runId = Number(need('GITHUB_RUN_ID'))
  return {
    name: need('GITHUB_EVENT_NAME'),
    repository,
    sha: need('GITHUB_SHA'),
    ref: environment['GITHUB_REF'] ?? '',
    runId,
    attempt: Number(environment['GITHUB_RUN_ATTEMPT'] ?? '1'),
    serverUrl,
    apiUrl: environment['GITHUB_API_URL'] ?? 'https://api.github.com',
    pullRequest: pullRequestOf(payload),
    before: (payload as { before?: string }).before,
    defaultBranch: (payload as { repository?: { default_branch?: string } }).repository?.default_branch,
    workflow: workflowPath(environment['GITHUB_WORKFLOW_REF'] ?? '', repository),
    runUrl: `${serverUrl}/${repository}/actions/runs/${runId}`,
  }
}

/** `owner/name/.github/workflows/x.yml@refs/heads/main` without owner, name and ref. */
function workflowPath(reference: string, repository: string): string {
  const path = reference.split('@', 1)[0] ?? ''
  return path.startsWith(`${repository}/`) ? path.slice(repository.length + 1) : path
}

interface PullRequestPayload {
  readonly number?: number
  readonly commits?: number
  readonly head?: { readonly sha: string; readonly ref: string; readonly repo: { readonly full_name: string } | null }
  readonly base?: { readonly sha: string; readonly ref: string }
}

function pullRequestOf(payload: unknown): PullRequest | null {
  const { pull_request: pull } = payload as { pull_request?: PullRequestPayload }
  if (pull?.number === undefined || pull.head === undefined || pull.base === undefined) return null
  return {
    number: pull.number,
    headSha: pull.head.sha,
    headBranch: pull.head.ref,
    headRepository: pull.head.repo?.full_name ?? null,
    baseSha: pull.base.sha,
    baseBranch: pull.base.ref,
    commits: pull.commits,
  }
}
