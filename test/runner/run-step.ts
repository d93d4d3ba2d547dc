import { holds, stillHolds } from './conditions.ts'
import { ExpressionFailure } from './expressions.ts'
import type { Frame, JobState } from './job-state.ts'
import type { Conclusion, StepResult } from './result.ts'
import { runAction } from './run-action.ts'
import { runScript } from './run-script.ts'
import { openStepLog, type StepLog } from './step-log.ts'
import { githubOf, statusAnswers, stepScope } from './step-scope.ts'
import { evaluateString, evaluateTemplate, scalarText } from './templates.ts'
import { InvalidFile, type StepDefinition } from './workflow-file.ts'

/**
 * Runs one step to its end: environment, condition, work, `continue-on-error`.
 *
 * @param recordIn the frame whose `steps` context gets the step, when it is another
 */
export async function runStep(
  step: StepDefinition,
  frame: Frame,
  job: JobState,
  recordIn = frame,
): Promise<Conclusion> {
  const name = contextName(step, frame)
  const started = performance.now()
  const github = githubOf(frame, job, name)
  const outer = { ...job.environment, ...frame.environment }
  const environment: Record<string, string> = { ...outer }
  const log = openStepLog(job, environment, job.preStates.get(step) ?? {})
  const finish = (outcome: Conclusion): Conclusion => {
    const failed = outcome === 'failure' && !continues(step, frame, job, github, environment, log)
    const conclusion = outcome === 'failure' && !failed ? 'success' : outcome
    const outputs = { ...log.outputs }
    recordIn.steps.set(step.id ?? name, { outputs, outcome, conclusion })
    if (conclusion === 'failure') frame.failed = true
    const shown = displayName(step, frame, job, github, environment)
    job.results.push(toResult({ step, frame, shown, outcome, conclusion, log, started }))
    return conclusion
  }
  try {
    const own = evaluateTemplate(step.env ?? {}, stepScope(frame, job, github, outer))
    for (const [key, value] of Object.entries(own as Record<string, unknown>)) environment[key] = scalarText(value)
    const scope = stepScope(frame, job, github, environment)
    const wanted = holds(step.if, scope, statusAnswers(frame, job))
    if (!wanted || frame.signal.aborted) return finish('skipped')
    const limit = readTimeout(step, scope)
    const ending = endOfStep(step, frame, job, limit, () => stepScope(frame, job, github, environment))
    try {
      const call = { scope, name, environment, github, signal: ending.signal, log }
      const outcome =
        step.uses === undefined ? await runScript(step, frame, job, call) : await runAction(step, frame, job, call)
      if (ending.timedOut()) {
        log.issue(
          'error',
          `The action '${displayName(step, frame, job, github, environment)}' has timed out after ${limit} minutes.`,
        )
        return finish('failure')
      }
      return finish(outcome)
    } finally {
      ending.release()
    }
  } catch (error) {
    log.issue('error', describe(error))
    return finish('failure')
  }
}

function describe(error: unknown): string {
  if (error instanceof ExpressionFailure || error instanceof InvalidFile || error instanceof Error) return error.message
  return String(error)
}

/** `github.action`: the id, else a name of our own that `steps` does not show. */
function contextName(step: StepDefinition, frame: Frame): string {
  if (step.id !== undefined) return step.id
  const base =
    step.uses === undefined
      ? '__run'
      : `__${step.uses.startsWith('.') ? 'self' : step.uses.replace(/@.*$/, '').replaceAll(/[^\w-]/g, '_')}`
  const count = (frame.usedNames.get(base) ?? 0) + 1
  frame.usedNames.set(base, count)
  return count === 1 ? base : `${base}_${count}`
}

function displayName(
  step: StepDefinition,
  frame: Frame,
  job: JobState,
  github: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>>,
): string {
  const plain = step.uses ?? step.run?.trimStart().split('\n', 1)[0] ?? 'step'
  if (step.name === undefined) return `Run ${plain}`
  try {
    return job.masker.mask(evaluateString(step.name, stepScope(frame, job, github, environment)))
  } catch {
    return step.name
  }
}

function continues(
  step: StepDefinition,
  frame: Frame,
  job: JobState,
  github: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>>,
  log: StepLog,
): boolean {
  if (step['continue-on-error'] === undefined) return false
  try {
    return (
      scalarText(evaluateTemplate(step['continue-on-error'], stepScope(frame, job, github, environment))) === 'true'
    )
  } catch (error) {
    log.issue('error', describe(error))
    return false
  }
}

function readTimeout(step: StepDefinition, scope: ReturnType<typeof stepScope>): number | undefined {
  if (step['timeout-minutes'] === undefined) return undefined
  const minutes = Number(scalarText(evaluateTemplate(step['timeout-minutes'], scope)))
  return Number.isFinite(minutes) && minutes > 0 ? minutes : undefined
}

/** When a step ends before its process does: its time is up, its caller ends, or the job is cancelled and its `if` no longer holds. */
function endOfStep(
  step: StepDefinition,
  frame: Frame,
  job: JobState,
  minutes: number | undefined,
  scope: () => ReturnType<typeof stepScope>,
): { readonly signal: AbortSignal; readonly timedOut: () => boolean; readonly release: () => void } {
  const controller = new AbortController()
  let timedOut = false
  const timeout = (): void => {
    timedOut = true
    controller.abort()
  }
  const timer = minutes === undefined ? undefined : setTimeout(timeout, minutes * 60_000)
  const onCancel = (): void => {
    if (!stillHolds(step.if, scope(), statusAnswers(frame, job))) controller.abort()
  }
  const onCaller = (): void => controller.abort()
  job.signal.addEventListener('abort', onCancel, { once: true })
  frame.signal.addEventListener('abort', onCaller, { once: true })
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    release: () => {
      clearTimeout(timer)
      job.signal.removeEventListener('abort', onCancel)
      frame.signal.removeEventListener('abort', onCaller)
    },
  }
}

function toResult(from: {
  readonly step: StepDefinition
  readonly frame: Frame
  readonly shown: string
  readonly outcome: Conclusion
  readonly conclusion: Conclusion
  readonly log: StepLog
  readonly started: number
}): StepResult {
  const { step, shown, outcome, conclusion, log, started } = from
  return {
    id: step.id,
    name: shown,
    stage: 'main',
    outcome,
    conclusion,
    outputs: { ...log.outputs },
    annotations: log.annotations,
    log: log.lines,
    summary: log.summary,
    seconds: (performance.now() - started) / 1000,
  }
}
