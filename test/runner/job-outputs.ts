import type { Frame, JobState } from './job-state.ts'
import { githubOf, stepScope } from './step-scope.ts'
import { evaluateString } from './templates.ts'
import type { JobDefinition } from './workflow-file.ts'

/** Bytes of one output of a job. Source: GitHub's limits. */
const largestOutput = 1024 * 1024

/** A job's outputs; one that is empty, holds a secret or is too large is left out, and the last two are told. */
export function jobOutputs(definition: JobDefinition, frame: Frame, job: JobState): Record<string, string> {
  const outputs: Record<string, string> = {}
  const scope = stepScope(frame, job, githubOf(frame, job, ''), job.environment)
  for (const [name, written] of Object.entries(definition.outputs ?? {})) {
    try {
      const value = evaluateString(written, scope)
      if (value === '') continue
      if (job.masker.holdsSecret(value)) {
        job.annotations.push({ level: 'warning', message: `Skip output '${name}' since it may contain secret.` })
      } else if (Buffer.byteLength(value) > largestOutput) {
        job.annotations.push({ level: 'error', message: `Output '${name}' is larger than ${largestOutput} bytes` })
        frame.failed = true
      } else outputs[name] = value
    } catch (error) {
      job.annotations.push({ level: 'error', message: (error as Error).message })
      frame.failed = true
    }
  }
  return outputs
}
