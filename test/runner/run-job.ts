import { enterEnvironment } from './environments.ts'
import type { JobOutcome } from './flow.ts'
import type { JobCall } from './job-call.ts'
import { jobOutputs } from './job-outputs.ts'
import { statusOf } from './job-state.ts'
import { type OpenJob, openJob } from './open-job.ts'
import { prepareActions, runPosts } from './pre-and-post.ts'
import { type Annotation, type Conclusion, emptyJob, type JobResult } from './result.ts'
import { runSteps } from './run-steps.ts'
import { evaluateTemplate, scalarText } from './templates.ts'
import { refuseContainers } from './unsupported.ts'

const hostedMinutes = 360

/** Runs a job on a machine of its own: an empty workspace, its steps, then the post steps. */
export async function runJob(call: JobCall): Promise<JobOutcome> {
  const started = performance.now()
  const { id, name, definition, flow, matrix } = call
  const environment = await enterEnvironment(definition.environment, call.scope, flow.host.options.environments)
  if (environment === 'rejected') return rejected(call)
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
        : await openJob(call, environment, AbortSignal.any([call.signal, timeout.signal]), annotations, log)
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
    return { result, outputs: ended.outputs, kept: false }
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
    refuseContainers(definition)
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

/** A job that its environment's reviewers turned away: it never starts and counts as failed. */
function rejected({ id, name, flow, matrix }: JobCall): JobOutcome {
  const job: JobResult = {
    ...emptyJob(`${flow.prefix}${id}`, `${flow.prefix}${name}`, 'failure'),
    annotations: [{ level: 'error', message: 'The deployment was rejected or did not satisfy its protection rules.' }],
    matrix,
  }
  flow.collect(job)
  return { result: 'failure', outputs: {}, kept: false }
}

function labelsOf(written: unknown): readonly string[] {
  if (typeof written === 'string') return [written]
  if (Array.isArray(written)) return written.map(String)
  const labels = (written as { labels?: unknown } | null | undefined)?.labels
  return typeof labels === 'string' ? [labels] : Array.isArray(labels) ? labels.map(String) : []
}
