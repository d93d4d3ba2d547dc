import type { Octokit } from '@octokit/rest'
import { newestArtifact } from '#github/artifact-names'
import type { OtherRun } from '#github/artifacts'
import type { RunEvent } from '#github/event'

/** A run whose report artifact can serve as the baseline. */
export interface BaselineRun {
  readonly from: OtherRun
  readonly artifact: string
  readonly commit: string
}

/** Commits back from the tested one's first parent that are looked at. */
const mostAncestors = 100

/** Runs that give cells to one baseline: the nearest, and older ones for what it lacks. */
const mostRuns = 5

/** Events whose runs somebody with write access caused; a pull request's run is never a baseline. */
const baselineEvents = new Set(['push', 'schedule', 'workflow_dispatch'])

/**
 * The runs to compare with, nearest first: of the same workflow, in and from
 * this repository, by push, schedule or dispatch, at the first parent of the
 * tested commit or its nearest ancestors; whatever their conclusion, the newest
 * per commit. A fork's run from a branch called main is none.
 *
 * @param workflow path of the caller's workflow, e.g. `.github/workflows/kernel.yml`
 */
export async function findBaseline(
  octokit: Octokit,
  event: RunEvent,
  workflow: string,
  scope: string,
  token: string,
): Promise<readonly BaselineRun[]> {
  const [owner = '', repo = ''] = event.repository.split('/')
  const where = { owner, repo }
  const ancestors = await listAncestors(octokit, where, event.sha)
  if (ancestors.length === 0) return []
  const { data } = await octokit.rest.actions.listWorkflowRuns({
    ...where,
    workflow_id: workflow.split('/').at(-1) ?? workflow,
    status: 'completed',
    exclude_pull_requests: true,
    per_page: 100,
  })
  const distance = new Map(ancestors.map((sha, index) => [sha, index]))
  const candidates = data.workflow_runs
    .filter((run) => run.id !== event.runId && distance.has(run.head_sha) && mayServe(run, event, workflow))
    .sort((a, b) => (distance.get(a.head_sha) ?? 0) - (distance.get(b.head_sha) ?? 0) || b.id - a.id)
    .map(({ id, head_sha: commit }) => ({ id, commit }))
  return withReports(octokit, where, candidates, scope, token)
}

/**
 * The named runs, for trees whose commits this repository does not have: each
 * must be one that could serve as a baseline.
 *
 * @param named run and tested commit, nearest first
 */
export async function findNamedBaseline(
  octokit: Octokit,
  event: RunEvent,
  workflow: string,
  scope: string,
  token: string,
  named: readonly { readonly id: number; readonly commit: string }[],
): Promise<readonly BaselineRun[]> {
  const [owner = '', repo = ''] = event.repository.split('/')
  const candidates = []
  for (const one of named.slice(0, mostRuns)) {
    const { data } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: one.id })
    if (mayServe(data, event, workflow)) candidates.push(one)
  }
  return withReports(octokit, { owner, repo }, candidates, scope, token)
}

interface RunFacts {
  readonly event: string
  readonly path: string
  readonly head_repository: { readonly full_name: string } | null
}

function mayServe(run: RunFacts, event: RunEvent, workflow: string): boolean {
  return (
    baselineEvents.has(run.event) &&
    run.head_repository?.full_name === event.repository &&
    run.path.split('@', 1)[0] === workflow
  )
}

async function withReports(
  octokit: Octokit,
  where: { readonly owner: string; readonly repo: string },
  candidates: readonly { readonly id: number; readonly commit: string }[],
  scope: string,
  token: string,
): Promise<readonly BaselineRun[]> {
  const found: BaselineRun[] = []
  for (const { id, commit } of candidates) {
    if (found.length === mostRuns) break
    const { data: artifacts } = await octokit.rest.actions.listWorkflowRunArtifacts({
      ...where,
      run_id: id,
      per_page: 100,
    })
    const names = artifacts.artifacts.filter(({ expired }) => !expired).map(({ name }) => name)
    const artifact = newestArtifact(names, scope, 'report', 'all')
    if (artifact === undefined) continue
    const from = { token, workflowRunId: id, repositoryOwner: where.owner, repositoryName: where.repo }
    found.push({ from, artifact, commit })
  }
  return found
}

/** The first parent of the tested commit and what came before it, newest first. */
async function listAncestors(
  octokit: Octokit,
  where: { readonly owner: string; readonly repo: string },
  sha: string,
): Promise<readonly string[]> {
  const { data: tested } = await octokit.rest.repos.getCommit({ ...where, ref: sha })
  const parent = tested.parents[0]?.sha
  if (parent === undefined) return []
  const { data } = await octokit.rest.repos.listCommits({ ...where, sha: parent, per_page: mostAncestors })
  return data.map((commit) => commit.sha)
}
