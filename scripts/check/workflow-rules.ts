import {
  callInterface,
  type Declared,
  type Job,
  readReference,
  type Repository,
  stringsOf,
  type Workflow,
} from './workflow-model.ts'
import { permissionProblems } from './permission-rules.ts'
import { eventsOf, securityProblems } from './security-rules.ts'

/**
 * What GitHub's parser lets through and a run would trip over: `with:` keys and
 * outputs that do not exist, missing permissions and time limits, scripts that
 * splice contexts in, and actions of others that are not pinned by commit.
 *
 * @returns one sentence each, with the job
 */
export function checkWorkflow(workflow: Workflow, repository: Repository): readonly string[] {
  const problems = [
    ...permissionProblems(workflow, repository),
    ...eventProblems(workflow),
    ...securityProblems(workflow),
  ]
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const say = (problem: string): number => problems.push(`job ${name}: ${problem}`)
    if (job.uses !== undefined) checkCall(job.uses, job.with, repository, 'workflow', say)
    if (job.uses === undefined && job['timeout-minutes'] === undefined) say('has no timeout-minutes')
    for (const step of job.steps ?? []) {
      if (step.uses !== undefined) checkCall(step.uses, step.with, repository, 'action', say)
      if (step.run?.includes('${{') === true)
        say(`a script holds an expression; pass it by env: ${firstLine(step.run)}`)
    }
    for (const text of stringsOf(job)) checkReads(text, job, workflow, repository, say)
  }
  const outputs = callInterface(workflow)?.outputs ?? {}
  for (const text of stringsOf(outputs)) {
    for (const [, job = '', output = ''] of text.matchAll(/\bjobs\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      if (workflow.jobs[job]?.outputs?.[output] === undefined) problems.push(`no output ${output} of job ${job}`)
    }
  }
  return problems
}

type Say = (problem: string) => void

function checkCall(
  uses: string,
  given: Readonly<Record<string, unknown>> = {},
  repository: Repository,
  expected: 'action' | 'workflow',
  say: Say,
): void {
  const reference = readReference(uses)
  if (reference.kind === 'foreign') {
    if (!/@[0-9a-f]{40}$/.test(uses)) say(`${uses} is not pinned by commit`)
    return
  }
  const declared = reference.kind === expected ? declaredBy(uses, repository) : undefined
  if (declared === undefined) return say(`${uses} does not exist as ${expected}`)
  for (const key of Object.keys(given)) if (!(key in declared.inputs)) say(`${uses} has no input ${key}`)
  for (const [key, { required }] of Object.entries(declared.inputs)) {
    if (required === true && !(key in given)) say(`${uses} needs the input ${key}`)
  }
}

/** Inputs and outputs of one of our actions or reusable workflows. */
function declaredBy(uses: string, { actions, workflows }: Repository): Declared | undefined {
  const reference = readReference(uses)
  if (reference.kind === 'action') return actions.get(reference.name)
  if (reference.kind !== 'workflow') return undefined
  const workflow = workflows.get(reference.name)
  return workflow === undefined ? undefined : callInterface(workflow)
}

function checkReads(text: string, job: Job, workflow: Workflow, repository: Repository, say: Say): void {
  for (const [, id = '', output = ''] of text.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
    const step = job.steps?.find((each) => each.id === id)
    if (step === undefined) say(`there is no step ${id}`)
    const declared = step?.uses === undefined ? undefined : declaredBy(step.uses, repository)
    if (declared !== undefined && !(output in declared.outputs)) say(`${step?.uses ?? id} has no output ${output}`)
  }
  const needed = [job.needs ?? []].flat()
  for (const [, id = '', , output] of text.matchAll(/\bneeds\.([\w-]+)\.(outputs\.([\w-]+)|result)/g)) {
    if (!needed.includes(id)) say(`reads needs.${id} without needing it`)
    const other = workflow.jobs[id]
    const outputs = other?.uses === undefined ? other?.outputs : declaredBy(other.uses, repository)?.outputs
    if (output !== undefined && !(output in (outputs ?? {}))) say(`job ${id} has no output ${output}`)
  }
  const inputs = { ...callInterface(workflow)?.inputs, ...dispatchInputs(workflow) }
  for (const [, input = ''] of text.matchAll(/(?<![\w.])inputs\.([\w-]+)/g)) {
    if (!(input in inputs)) say(`there is no input ${input}`)
  }
}

function dispatchInputs({ on }: Workflow): Readonly<Record<string, unknown>> {
  const dispatch = (on as { workflow_dispatch?: { inputs?: Record<string, unknown> } | null } | undefined)
    ?.workflow_dispatch
  return dispatch?.inputs ?? {}
}

/** Events that give others' contents this repository's rights. `workflow_run` is left: report-fork needs it. */
function eventProblems(workflow: Workflow): readonly string[] {
  return eventsOf(workflow)
    .filter((event) => event === 'pull_request_target' || event === 'issue_comment')
    .map((event) => `the event ${event} runs others' contents with this repository's rights`)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
