import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConcurrency } from './concurrency.ts'
import { ancestorsOf, type Flow } from './flow.ts'
import { flowScope } from './flow-scope.ts'
import { isFork, type RunIdentity } from './github-context.ts'
import type { Host } from './host.ts'
import { combine, type JobResult, type WorkflowResult } from './result.ts'
import { runJobs } from './run-jobs.ts'
import { evaluateTemplate } from './templates.ts'
import { type Event, readInputs, whyNotTriggered } from './triggers.ts'
import { type InputDefinition, InvalidFile, needsOf, parseWorkflow, type WorkflowDefinition } from './workflow-file.ts'

/** Which workflow an event meets. */
export interface WorkflowRequest {
  /** `owner/name`, one of the host's repositories. */
  readonly repository: string
  /** Path in that repository. */
  readonly path: string
  readonly event: Event
  /** Commit that the workflow file is read from; the event's own when absent. */
  readonly sha?: string
  readonly actor?: string
  readonly attempt?: number
  readonly runId?: number
  readonly signal?: AbortSignal
  /** The attempt before: its failed and cancelled jobs, and what needs them, run again; the others' results stay. */
  readonly rerunFailedOf?: WorkflowResult
  /** Only these jobs and what they need. */
  readonly jobs?: readonly string[]
  /** Starts the workflow although its filters say no. */
  readonly force?: boolean
}

/**
 * Runs a workflow for an event to its end, as GitHub would.
 *
 * @throws InvalidFile for a file that GitHub would not start
 */
export async function runWorkflow(host: Host, request: WorkflowRequest): Promise<WorkflowResult> {
  const { repository, path, event } = request
  const origin = { repository, sha: request.sha ?? event.sha }
  const text = await host.git.file(origin, path)
  if (text === undefined) throw new InvalidFile(`${path}: no such file in ${repository} at ${origin.sha}`)
  const workflow = onlyJobs(parseWorkflow(text, path), request.jobs, path)
  checkNeeds(workflow, path)
  const previous = request.rerunFailedOf
  const runId = request.runId ?? previous?.runId ?? host.nextId()
  const name = workflow.name ?? path
  const reason = request.force === true ? undefined : whyNotTriggered(workflow, event)
  if (reason !== undefined)
    return { triggered: false, reason, name, runId, conclusion: 'skipped', jobs: [], outputs: {} }
  const run: RunIdentity = {
    runId,
    runNumber: 1,
    attempt: request.attempt ?? (previous === undefined ? 1 : 2),
    repository,
    event,
    actor: request.actor ?? 'octocat',
    workflowName: name,
    workflowRef: `${repository}/${path}@${event.ref}`,
    workflowSha: origin.sha,
    serverUrl: host.options.services?.serverUrl ?? 'https://github.com',
    apiUrl: host.options.services?.apiUrl ?? 'https://api.github.com',
  }
  const jobs: JobResult[] = []
  const controller = new AbortController()
  const signal = request.signal === undefined ? controller.signal : AbortSignal.any([controller.signal, request.signal])
  const flow: Flow = {
    host,
    run,
    workflow,
    origin,
    path,
    inputs: eventInputs(workflow, event),
    secrets: isFork(run) ? {} : (host.options.secrets ?? {}),
    limit: undefined,
    prefix: '',
    depth: 1,
    called: new Set(),
    signal,
    collect: (job) => jobs.push(job),
    eventPath: await writeEvent(host, runId, event),
    env: {},
    previous: previous && new Map(previous.jobs.map((job) => [job.name, job])),
    runJobs,
  }
  const place = await enter(flow, controller)
  if (place === undefined)
    return {
      triggered: true,
      reason: 'cancelled while it waited',
      name,
      runId,
      conclusion: 'cancelled',
      jobs,
      outputs: {},
    }
  try {
    const outcomes = await runJobs(flow)
    const results = [...outcomes.values()].map(({ result }) => result)
    const conclusion = signal.aborted ? 'cancelled' : combine(results)
    return { triggered: true, reason: undefined, name, runId, conclusion, jobs, outputs: {} }
  } finally {
    place()
  }
}

async function enter(flow: Flow, controller: AbortController): Promise<(() => void) | undefined> {
  const rule = readConcurrency(evaluateTemplate(flow.workflow.concurrency, flowScope(flow, {})))
  if (rule === undefined) return () => {}
  return flow.host.concurrency.enter(rule, () => controller.abort(), flow.signal)
}

async function writeEvent(host: Host, runId: number, event: Event): Promise<string> {
  const folder = join(host.options.workDirectory, `${runId}`)
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'event.json')
  await writeFile(file, JSON.stringify(event.payload))
  return file
}

/** `inputs` of a run that a person or another workflow started. */
function eventInputs(workflow: WorkflowDefinition, event: Event): Readonly<Record<string, unknown>> {
  const key = event.name === 'workflow_call' ? 'workflow_call' : 'workflow_dispatch'
  if (event.name !== key) return {}
  const declared = (workflow.on[key] ?? {}) as { inputs?: Readonly<Record<string, InputDefinition | null>> | null }
  const given = (event.payload['inputs'] ?? {}) as Readonly<Record<string, unknown>>
  return readInputs(declared.inputs ?? {}, given, 'workflow')
}

/** The workflow with those jobs and what they need. @throws InvalidFile for a job that it does not have */
function onlyJobs(
  workflow: WorkflowDefinition,
  wanted: readonly string[] | undefined,
  path: string,
): WorkflowDefinition {
  if (wanted === undefined) return workflow
  const missing = wanted.find((id) => !(id in workflow.jobs))
  if (missing !== undefined)
    throw new InvalidFile(`${path}: no job '${missing}'; it has ${Object.keys(workflow.jobs).join(', ')}`)
  const kept = new Set(wanted.flatMap((id) => [id, ...ancestorsOf(id, workflow)]))
  return { ...workflow, jobs: Object.fromEntries(Object.entries(workflow.jobs).filter(([id]) => kept.has(id))) }
}

function checkNeeds({ jobs }: WorkflowDefinition, path: string): void {
  const visiting = new Set<string>()
  const done = new Set<string>()
  const visit = (id: string): void => {
    if (done.has(id)) return
    if (visiting.has(id)) throw new InvalidFile(`${path}: job '${id}' needs itself`)
    visiting.add(id)
    for (const need of needsOf(jobs[id] ?? {})) {
      if (!(need in jobs)) throw new InvalidFile(`${path}: Job '${id}' depends on unknown job '${need}'.`)
      visit(need)
    }
    done.add(id)
  }
  for (const id of Object.keys(jobs)) visit(id)
}
