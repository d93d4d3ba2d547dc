import { type CaseSensitiveDictionary, environmentData, type Scope } from './expressions.ts'
import { hashFilesFunction } from './hash-files.ts'
import { type Frame, type JobState, statusOf } from './job-state.ts'
import type { StatusAnswers } from './conditions.ts'

/** The `github` context as a step of a frame sees it. */
export function githubOf(frame: Frame, state: JobState, name: string): Record<string, unknown> {
  const { action } = frame
  return {
    ...state.github,
    action: name,
    action_path: action?.folder,
    action_repository: action?.origin?.repository ?? '',
    action_ref: action?.ref ?? '',
    action_status: frame.isComposite ? statusOf(frame, state) : undefined,
  }
}

/** What the expressions of a step can see. A composite action sees no needs, secrets and vars. */
export function stepScope(
  frame: Frame,
  state: JobState,
  github: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>>,
): Scope {
  const env: CaseSensitiveDictionary = environmentData(environment)
  const steps = Object.fromEntries([...frame.steps].filter(([id]) => !id.startsWith('__')))
  const { matrix, strategy, needs, secrets, vars, job } = state.contexts
  const outer = frame.isComposite ? {} : { needs, secrets, vars }
  const contexts = { github, env, inputs: frame.inputs, steps, runner: state.runner, matrix, strategy, ...outer }
  const status = statusOf(jobFrame(frame), state)
  return {
    contexts: { ...contexts, job: { ...(job as object), status } },
    functions: [hashFilesFunction(state.places.workspace)],
  }
}

const outermost = new WeakMap<Frame, Frame>()

/** Remembers whose frame a composite action's is. */
export function nestFrame(inner: Frame, outer: Frame): Frame {
  outermost.set(inner, jobFrame(outer))
  return inner
}

function jobFrame(frame: Frame): Frame {
  return outermost.get(frame) ?? frame
}

/** What `success()`, `failure()` and `cancelled()` say in a frame. */
export function statusAnswers(frame: Frame, state: JobState): StatusAnswers {
  return {
    success: () => (frame.isComposite ? !frame.failed : statusOf(frame, state) === 'success'),
    failure: () => (frame.isComposite ? frame.failed : statusOf(frame, state) === 'failure'),
    cancelled: () => state.signal.aborted,
  }
}
