import { type Job, type Permissions, readReference, type Repository, type Workflow } from './workflow-model.ts'

const levels = ['none', 'read', 'write']

/**
 * Permissions that are not declared, and reusable workflows that ask for more
 * than the job that calls them gives: GitHub refuses to start such a run.
 */
export function permissionProblems(workflow: Workflow, repository: Repository): string[] {
  const problems = workflow.permissions === undefined ? ['declares no permissions'] : []
  for (const [name, job] of Object.entries(workflow.jobs)) {
    for (const [scope, level] of Object.entries(excess(job, workflow, repository))) {
      problems.push(`job ${name}: ${job.uses} needs ${scope}: ${level}, which the job does not give`)
    }
  }
  return problems
}

/** What the workflow that a job calls needs beyond what the job has. */
function excess(job: Job, caller: Workflow, repository: Repository): Readonly<Record<string, string>> {
  if (job.uses === undefined) return {}
  const reference = readReference(job.uses)
  const callee = reference.kind === 'workflow' ? repository.workflows.get(reference.name) : undefined
  if (callee === undefined) return {}
  const given = asScopes(job.permissions ?? caller.permissions)
  const needed = neededBy(callee, repository)
  return Object.fromEntries(
    Object.entries(needed).filter(([scope, level]) => levels.indexOf(level) > levels.indexOf(given[scope] ?? 'none')),
  )
}

/** The most that any job of a workflow, or of one that it calls, asks for. */
function neededBy(workflow: Workflow, repository: Repository): Readonly<Record<string, string>> {
  const needed: Record<string, string> = {}
  const add = (scopes: Readonly<Record<string, string>>): void => {
    for (const [scope, level] of Object.entries(scopes)) {
      if (levels.indexOf(level) > levels.indexOf(needed[scope] ?? 'none')) needed[scope] = level
    }
  }
  for (const job of Object.values(workflow.jobs)) {
    add(asScopes(job.permissions ?? workflow.permissions))
    const reference = job.uses === undefined ? undefined : readReference(job.uses)
    const callee = reference?.kind === 'workflow' ? repository.workflows.get(reference.name) : undefined
    if (callee !== undefined && callee !== workflow) add(neededBy(callee, repository))
  }
  return needed
}

function asScopes(permissions: Permissions | undefined): Readonly<Record<string, string>> {
  return typeof permissions === 'object' ? permissions : {}
}
