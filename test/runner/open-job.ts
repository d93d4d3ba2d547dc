import { cp, mkdir } from 'node:fs/promises'
import { arch } from 'node:os'
import { join } from 'node:path'
import type { EnteredEnvironment } from './environments.ts'
import type { Scope } from './expressions.ts'
import type { Flow } from './flow.ts'
import { githubContext, isFork } from './github-context.ts'
import type { JobIdentity } from './host.ts'
import type { JobCall } from './job-call.ts'
import type { Frame, JobState } from './job-state.ts'
import { SecretMasker } from './mask-secrets.ts'
import { type Permissions, readOnly, readPermissions, shrink } from './permissions.ts'
import { ProblemMatchers } from './problem-matchers.ts'
import type { Annotation } from './result.ts'
import { runSteps } from './run-steps.ts'
import { evaluateTemplate, scalarText } from './templates.ts'
import type { JobDefinition } from './workflow-file.ts'

/** A job with its folders, contexts and token. */
export interface OpenJob {
  readonly state: JobState
  readonly frame: Frame
  readonly permissions: Permissions
}

/** Makes the folders, contexts and token of a job that is about to run. */
export async function openJob(
  call: JobCall,
  entered: EnteredEnvironment | undefined,
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
  const own = isFork(run) ? {} : entered?.secrets
  const secrets: Record<string, string> = { ...flow.secrets, ...own, GITHUB_TOKEN: token, github_token: token }
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
      vars: { ...host.options.variables, ...entered?.variables },
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
    matchers: new ProblemMatchers(places.workspace),
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
