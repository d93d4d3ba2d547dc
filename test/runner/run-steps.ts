import type { Frame, JobState } from './job-state.ts'
import { runStep } from './run-step.ts'
import { combine, type Conclusion } from './result.ts'
import type { StepDefinition } from './workflow-file.ts'

/** Runs the steps of a job or a composite action, in order; those in the background beside the others. */
export async function runSteps(steps: readonly StepDefinition[], frame: Frame, job: JobState): Promise<void> {
  for (const step of steps) {
    if (step.parallel !== undefined) await runParallel(step.parallel, frame, job)
    else if (step.wait !== undefined) await waitFor(typeof step.wait === 'string' ? [step.wait] : step.wait, frame, job)
    else if ('wait-all' in step) await waitFor([...job.background.keys()], frame, job)
    else if (step.cancel !== undefined) await cancelStep(step.cancel, frame, job)
    else if (step.background === true) startInBackground(step, frame, job)
    else await runStep(step, frame, job)
  }
  await waitFor([...job.background.keys()], frame, job)
}

async function runParallel(steps: readonly StepDefinition[], frame: Frame, job: JobState): Promise<void> {
  const names = steps.map((step) => startInBackground(step, frame, job))
  await waitFor(names, frame, job)
}

/** A step in the background counts for the job's status when it is waited for. */
function startInBackground(step: StepDefinition, frame: Frame, job: JobState): string {
  const id = step.id ?? `__background_${job.background.size + 1}`
  const controller = new AbortController()
  const alone: Frame = { ...frame, failed: false, signal: AbortSignal.any([frame.signal, controller.signal]) }
  let result: Conclusion | undefined
  const done = runStep(step, alone, job, frame).then((conclusion) => void (result = conclusion))
  job.background.set(id, { done, cancel: () => controller.abort(), result: () => result })
  return id
}

async function waitFor(ids: readonly string[], frame: Frame, job: JobState): Promise<void> {
  const results: (Conclusion | undefined)[] = []
  for (const id of ids) {
    const step = job.background.get(id)
    if (step === undefined) continue
    await step.done
    job.background.delete(id)
    results.push(step.result())
  }
  if (combine(results.filter((result) => result !== undefined)) === 'failure') frame.failed = true
}

async function cancelStep(id: string, frame: Frame, job: JobState): Promise<void> {
  const step = job.background.get(id)
  step?.cancel()
  await step?.done
  job.background.delete(id)
}
