import { join } from 'node:path'
import type { Action } from './action-file.ts'
import { actionInputs, inputEnvironment } from './action-inputs.ts'
import type { Scope } from './expressions.ts'
import type { Frame, JobState } from './job-state.ts'
import { resolveAction } from './resolve-action.ts'
import type { Conclusion } from './result.ts'
import type { StepLog } from './step-log.ts'
import { runStepProcess } from './step-process.ts'
import { nestFrame, stepScope } from './step-scope.ts'
import { evaluateString } from './templates.ts'
import type { StepDefinition } from './workflow-file.ts'

/** How a step calls what it runs. */
export interface StepCall {
  readonly scope: Scope
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  readonly github: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
  readonly log: StepLog
}

/** Runs a `uses` step. @throws ExpressionFailure, InvalidFile, Error */
export async function runAction(
  step: StepDefinition,
  frame: Frame,
  job: JobState,
  call: StepCall,
): Promise<Conclusion> {
  const uses = step.uses ?? ''
  const action = job.actions.get(step) ?? (await resolveAction(uses, frame.origin, job.places.workspace, job.host))
  const inputs = actionInputs(step, action, call.scope, call.log)
  call.log.say(`##[group]Run ${uses}`)
  for (const [name, value] of Object.entries(inputs)) if (value !== '') call.log.say(`  ${name}: ${value}`)
  call.log.say('##[endgroup]')
  return action.definition.runs.using === 'composite'
    ? runComposite(action, inputs, frame, job, call)
    : runNode(step, action, inputs, frame, job, call)
}

async function runNode(
  definition: StepDefinition,
  action: Action,
  inputs: Readonly<Record<string, string>>,
  frame: Frame,
  job: JobState,
  call: StepCall,
): Promise<Conclusion> {
  const { runs } = action.definition
  if (runs.post !== undefined && !job.posts.some((post) => post.definition === definition)) {
    job.posts.push({ definition, action, frame, name: call.name, state: call.log.state })
  }
  return runNodeFile(runs.main ?? '', action, inputs, job, call)
}

/** Runs one of a JavaScript action's files: `pre`, `main` or `post`. */
export async function runNodeFile(
  file: string,
  action: Action,
  inputs: Readonly<Record<string, string>>,
  job: JobState,
  call: StepCall,
): Promise<Conclusion> {
  const states = Object.entries(call.log.state).map(([name, value]) => [`STATE_${name}`, value] as const)
  const environment = {
    ...call.environment,
    ...job.actionEnvironment,
    ...inputEnvironment(inputs),
    ...Object.fromEntries(states),
  }
  const github = {
    ...call.github,
    action_path: undefined,
    action_repository: action.origin?.repository ?? '',
    action_ref: action.ref ?? '',
  }
  const args = [join(action.folder, file)]
  return runStepProcess(
    { file: process.execPath, args, cwd: job.places.workspace, environment, github, signal: call.signal },
    job,
    call.log,
  )
}

async function runComposite(
  action: Action,
  inputs: Readonly<Record<string, string>>,
  frame: Frame,
  job: JobState,
  call: StepCall,
): Promise<Conclusion> {
  const inner: Frame = nestFrame(
    {
      isComposite: true,
      steps: new Map(),
      inputs,
      origin: action.origin ?? frame.origin,
      action,
      environment: call.environment,
      signal: call.signal,
      usedNames: new Map(),
      failed: false,
    },
    frame,
  )
  await job.runSteps(action.definition.runs.steps ?? [], inner, job)
  const github = { ...call.github, action_path: action.folder }
  const scope = stepScope(inner, job, github, call.environment)
  for (const [name, output] of Object.entries(action.definition.outputs ?? {})) {
    call.log.outputs[name] = evaluateString(output?.value ?? '', scope)
  }
  if (call.signal.aborted) return 'cancelled'
  return inner.failed ? 'failure' : 'success'
}
