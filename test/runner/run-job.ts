import { cp, mkdir } from 'node:fs/promises'
import { arch } from 'node:os'
import { join } from 'node:path'
import type { Scope } from './expressions.ts'
import type { Flow, JobOutcome } from './flow.ts'
import { githubContext, isFork } from './github-context.ts'
import type { JobIdentity } from './host.ts'
import { type Frame, type JobState, statusOf } from './job-state.ts'
import { jobOutputs } from './job-outputs.ts'
import { SecretMasker } from './mask-secrets.ts'
import { prepareActions, runPosts } from './pre-and-post.ts'
import { type Permissions, readOnly, readPermissions, shrink } from './permissions.ts'
import type { Annotation, Conclusion } from './result.ts'
import { runSteps } from './run-steps.ts'
import { evaluateTemplate, scalarText } from './templates.ts'
import { InvalidFile, type JobDefinition } from './workflow-file.ts'

/** One job, or one cell of its matrix, that is to run. */
export interface JobCall {
  readonly id: string
  readonly name: string
  readonly definition: JobDefinition
  readonly flow: Flow
  /** needs, matrix and strategy. */
  readonly contexts: Readonly<Record<string, unknown>>
  readonly scope: Scope
  readonly signal: AbortSignal
  readonly matrix: Readonly<Record<string, unknown>> | undefined
}

const hostedMinutes = 360

/** Runs a job on a machine of its own: an empty workspace, its steps, then the post steps. */
export async function runJob(call: JobCall): Promise<JobOutcome> {
  const started = performance.now()
  const { id, name, definition, flow, matrix } = call
  const labels = labelsOf(evaluateTemplate(definition['runs-on'], call.scope))
  const release = await flow.host.acquireRunner(labels)
  const annotations: Annotation[] = []
  if (release === undefined) {
    annotations.push({
      level: 'error',
      message: `No runner has all of the labels ${labels.join(', ')}; the job waits for a day and is cancelled.`,
    })
  }
  const timeout = new AbortController()
  const minutes = Number(scalarText(evaluateTemplate(definition['timeout-minutes'] ?? hostedMinutes, call.scope)))
  const timer = setTimeout(
    () => {
      annotations.push({ level: 'error', message: `The job has exceeded the maximum execution time of ${minutes}m0s` })
      timeout.abort()
    },
    Math.min(minutes * 60_000, 2 ** 31 - 1),
  )
  const log: string[] = []
  try {
    const job =
      release === undefined
        ? undefined
        : await openJob(call, AbortSignal.any([call.signal, timeout.signal]), annotations, log)
    const ended = job === undefined ? { outcome: 'cancelled' as const, outputs: {} } : await work(job, call)
    const continues =
      ended.outcome === 'failure' &&
      scalarText(evaluateTemplate(definition['continue-on-error'] ?? '', call.scope)) === 'true'
    const result = continues ? 'success' : ended.outcome
    flow.collect({
      id: `${flow.prefix}${id}`,
      name: `${flow.prefix}${name}`,
      result,
      outcome: ended.outcome,
      outputs: ended.outputs,
      steps: job?.state.results ?? [],
      annotations,
      matrix,
      log,
      seconds: (performance.now() - started) / 1000,
      permissions: job?.permissions,
    })
    return { result, outputs: ended.outputs }
  } finally {
    clearTimeout(timer)
    release?.()
  }
}

async function work(
  { state, frame }: OpenJob,
  { definition }: JobCall,
): Promise<{ readonly outcome: Conclusion; readonly outputs: Record<string, string> }> {
  try {
    if (definition.container !== undefined || definition.services !== undefined) {
      throw new InvalidFile('containers and services are left out of this runner')
    }
    const steps = definition.steps ?? []
    await prepareActions(steps, frame, state)
    await runSteps(steps, frame, state)
  } catch (error) {
    state.annotations.push({ level: 'error', message: state.masker.mask((error as Error).message) })
    frame.failed = true
  }
  await runPosts(frame, state)
  const outputs = jobOutputs(definition, frame, state)
  return { outcome: statusOf(frame, state), outputs }
}

interface OpenJob {
  readonly state: JobState
  readonly frame: Frame
  readonly permissions: Permissions
}

async function openJob(
  call: JobCall,
  signal: AbortSignal,
  annotations: Annotation[],
  lines: string[],
): Promise<OpenJob> {
  const { id, name, definition, flow } = call
  const { host, run } = flow
  const jobId = host.nextId()
  const folder = join(host.options.workDirectory, `${run.runId}-${jobId}`)
  const [, short = ''] = run.repository.split('/')
  const places = { workspace: join(folder, short, short), temp: join(folder, '_temp'), tools: join(folder, '_tool') }
  for (const place of Object.values(places)) await mkdir(place, { recursive: true })
  if (host.options.prefill !== undefined)
    await cp(host.options.prefill, places.workspace, { recursive: true, verbatimSymlinks: true })
  const permissions = permissionsOf(definition, flow)
  const fullName = `${flow.prefix}${name}`
  const identity: JobIdentity = {
    repository: run.repository,
    runId: run.runId,
    jobId,
    jobName: fullName,
    ref: run.event.ref,
    sha: run.event.sha,
    event: run.event.name,
    permissions,
    attempt: run.attempt,
  }
  const token = host.options.services?.issueToken?.(identity) ?? `ghs_${'0'.repeat(30)}${jobId}`
  const secrets: Record<string, string> = { ...flow.secrets, GITHUB_TOKEN: token, github_token: token }
  const masker = new SecretMasker()
  const actionEnvironment = host.options.services?.actionEnvironment?.(identity) ?? {}
  for (const secret of Object.values(secrets)) masker.add(secret)
  if (actionEnvironment['ACTIONS_RUNTIME_TOKEN'] !== undefined) masker.add(actionEnvironment['ACTIONS_RUNTIME_TOKEN'])
  const github = githubContext(run, { workspace: places.workspace, eventPath: flow.eventPath, token, jobId: id })
  const envScope: Scope = { ...call.scope, contexts: { ...call.scope.contexts, github, secrets } }
  const environment = {
    ...flow.env,
    ...evaluateEnvironment(flow.workflow.env, envScope),
    ...evaluateEnvironment(definition.env, envScope),
  }
  const defaults = { ...flow.workflow.defaults?.run, ...definition.defaults?.run }
  const state: JobState = {
    host,
    definition,
    name: fullName,
    places,
    contexts: {
      ...call.contexts,
      secrets,
      vars: host.options.variables ?? {},
      job: {
        check_run_id: jobId,
        workflow_ref: `${flow.origin.repository}/${flow.path}@${run.event.ref}`,
        workflow_sha: flow.origin.sha,
        workflow_repository: flow.origin.repository,
        workflow_file_path: flow.path,
      },
    },
    github,
    runner: runnerContext(places, folder, name),
    environment,
    path: [],
    defaults: {
      shell: textOf(defaults.shell, envScope),
      workingDirectory: textOf(defaults['working-directory'], envScope),
    },
    masker,
    signal,
    actionEnvironment,
    posts: [],
    results: [],
    annotations,
    log: (line) => {
      lines.push(line)
      host.options.onLine?.(fullName, line)
    },
    preStates: new Map(),
    actions: new Map(),
    background: new Map(),
    files: 0,
    runSteps,
  }
  const frame: Frame = {
    isComposite: false,
    steps: new Map(),
    inputs: flow.inputs,
    origin: flow.origin,
    action: undefined,
    environment: {},
    signal: new AbortController().signal,
    usedNames: new Map(),
    failed: false,
  }
  return { state, frame, permissions }
}

function textOf(value: unknown, scope: Scope): string | undefined {
  return value === undefined ? undefined : scalarText(evaluateTemplate(value, scope))
}

function evaluateEnvironment(written: unknown, scope: Scope): Record<string, string> {
  const values = evaluateTemplate(written ?? {}, scope) as Record<string, unknown>
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, scalarText(value)]))
}

function permissionsOf(definition: JobDefinition, { limit, workflow, run, host }: Flow): Permissions {
  const outer = limit ?? host.defaultPermissions
  const written = readPermissions(definition.permissions) ?? readPermissions(workflow.permissions) ?? outer
  const granted = limit === undefined ? written : shrink(written, limit)
  return isFork(run) ? readOnly(granted) : granted
}

function runnerContext(places: JobState['places'], folder: string, name: string): Record<string, string> {
  return {
    arch: arch() === 'arm64' ? 'ARM64' : 'X64',
    environment: 'self-hosted',
    name,
    os: 'Linux',
    temp: places.temp,
    tool_cache: places.tools,
    workspace: folder,
  }
}

function labelsOf(written: unknown): readonly string[] {
  if (typeof written === 'string') return [written]
  if (Array.isArray(written)) return written.map(String)
  const labels = (written as { labels?: unknown } | null | undefined)?.labels
  return typeof labels === 'string' ? [labels] : Array.isArray(labels) ? labels.map(String) : []
}
