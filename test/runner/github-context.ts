import type { Event } from './triggers.ts'

/** What is the same for all jobs of a run. */
export interface RunIdentity {
  readonly runId: number
  readonly runNumber: number
  readonly attempt: number
  readonly repository: string
  readonly event: Event
  readonly actor: string
  readonly workflowName: string
  /** `owner/name/.github/workflows/x.yml@ref` of the workflow that the event started. */
  readonly workflowRef: string
  readonly workflowSha: string
  readonly serverUrl: string
  readonly apiUrl: string
}

export interface JobPlaces {
  readonly workspace: string
  readonly eventPath: string
  readonly token: string
  readonly jobId: string
}

/** The `github` context of a job. */
export function githubContext(
  run: RunIdentity,
  { workspace, eventPath, token, jobId }: JobPlaces,
): Record<string, unknown> {
  const { event, repository } = run
  const [owner = ''] = repository.split('/')
  const pull = event.payload['pull_request'] as { head?: { ref?: string }; base?: { ref?: string } } | undefined
  return {
    actor: run.actor,
    actor_id: '1',
    api_url: run.apiUrl,
    base_ref: pull?.base?.ref ?? '',
    event: event.payload,
    event_name: event.name,
    event_path: eventPath,
    graphql_url: `${run.apiUrl}/graphql`,
    head_ref: pull?.head?.ref ?? '',
    job: jobId,
    ref: event.ref,
    ref_name: refName(event.ref),
    ref_protected: false,
    ref_type: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository,
    repository_id: '1',
    repository_owner: owner,
    repository_owner_id: '1',
    repositoryUrl: `git://${new URL(run.serverUrl).host}/${repository}.git`,
    retention_days: '90',
    run_attempt: String(run.attempt),
    run_id: String(run.runId),
    run_number: String(run.runNumber),
    secret_source: isFork(run) ? 'None' : 'Actions',
    server_url: run.serverUrl,
    sha: event.sha,
    token,
    triggering_actor: run.actor,
    workflow: run.workflowName,
    workflow_ref: run.workflowRef,
    workflow_sha: run.workflowSha,
    workspace,
  }
}

/** Whether the code comes from another repository than the one whose workflow runs. */
export function isFork({ event, repository }: Pick<RunIdentity, 'event' | 'repository'>): boolean {
  if (event.name !== 'pull_request') return false
  const pull = event.payload['pull_request'] as { head?: { repo?: { full_name?: string } | null } } | undefined
  return pull?.head?.repo?.full_name?.toLowerCase() !== repository.toLowerCase()
}

function refName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags|pull)\//, '')
}

const notInEnvironment = new Set(['event', 'token', 'repositoryUrl', 'secret_source'])

/** Variables `GITHUB_*` of a step; they win over what files set. */
export function githubEnvironment(github: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(github)
    .filter(([name, value]) => !notInEnvironment.has(name) && value !== undefined)
    .map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)] as const)
  return { ...Object.fromEntries(entries), GITHUB_ACTIONS: 'true' }
}
