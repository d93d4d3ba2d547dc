import { actionInputs } from './action-inputs.ts'
import { holds } from './conditions.ts'
import type { Frame, JobState } from './job-state.ts'
import { resolveAction } from './resolve-action.ts'
import type { Conclusion } from './result.ts'
import { runNodeFile } from './run-action.ts'
import { openStepLog, type StepLog } from './step-log.ts'
import { githubOf, nestFrame, statusAnswers, stepScope } from './step-scope.ts'
import { evaluateTemplate, scalarText } from './templates.ts'
import type { StepDefinition } from './workflow-file.ts'

/**
 * Resolves every action that is not `./…`, of composites too, and runs their
 * `pre`; what GitHub does before a job's first step.
 *
 * @throws Error for an action that cannot be found
 */
export async function prepareActions(steps: readonly StepDefinition[], frame: Frame, job: JobState): Promise<void> {
  for (const step of steps.flatMap((one) => one.parallel ?? [one])) {
    if (step.uses === undefined || step.uses.startsWith('./')) continue
    const action = await resolveAction(step.uses, frame.origin, job.places.workspace, job.host)
    job.actions.set(step, action)
    const { runs } = action.definition
    if (runs.using === 'composite') {
      const inner: Frame = nestFrame(
        { ...emptyFrame(frame), isComposite: true, origin: action.origin ?? frame.origin, action },
        frame,
      )
      await prepareActions(runs.steps ?? [], inner, job)
    } else if (runs.pre !== undefined) await runPre(step, frame, job)
  }
}

function emptyFrame(frame: Frame): Frame {
  return { ...frame, steps: new Map(), inputs: {}, usedNames: new Map(), failed: false }
}

async function runPre(step: StepDefinition, frame: Frame, job: JobState): Promise<void> {
  const action = job.actions.get(step)
  if (action === undefined) return
  const { runs } = action.definition
  const name = step.id ?? `__${action.uses}`
  const github = githubOf(frame, job, name)
  const environment = stepEnvironment(step, frame, job, github)
  const state: Record<string, string> = {}
  const log = openStepLog(job, environment, state)
  const scope = stepScope(frame, job, github, environment)
  const started = performance.now()
  let outcome: Conclusion
  try {
    if (!holds(runs['pre-if'] ?? 'always()', scope, statusAnswers(frame, job))) return
    const inputs = actionInputs(step, action, scope, log)
    if (runs.post !== undefined) job.posts.push({ definition: step, action, frame, name, state })
    job.preStates.set(step, state)
    outcome = await runNodeFile(runs.pre ?? '', action, inputs, job, {
      scope,
      name,
      environment,
      github,
      signal: job.signal,
      log,
    })
  } catch (error) {
    log.issue('error', (error as Error).message)
    outcome = 'failure'
  }
  if (outcome === 'failure') frame.failed = true
  record(job, `Pre ${step.name ?? `Run ${action.uses}`}`, 'pre', outcome, log, started)
}

function stepEnvironment(
  step: StepDefinition,
  frame: Frame,
  job: JobState,
  github: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const outer = { ...job.environment, ...frame.environment }
  const own = evaluateTemplate(step.env ?? {}, stepScope(frame, job, github, outer)) as Record<string, unknown>
  return { ...outer, ...Object.fromEntries(Object.entries(own).map(([key, value]) => [key, scalarText(value)])) }
}

/** What GitHub leaves an ended job for its post steps. */
const postMs = 300_000

/** Runs the `post` of each action whose `main` or `pre` ran, the last first. */
export async function runPosts(jobFrame: Frame, job: JobState): Promise<void> {
  for (let post = job.posts.pop(); post !== undefined; post = job.posts.pop()) {
    const { definition, action, frame, name, state } = post
    const { runs } = action.definition
    const github = githubOf(frame, job, name)
    // Evaluated again: what later steps set is seen by now.
    const environment = stepEnvironment(definition, frame, job, github)
    const log = openStepLog(job, environment, state)
    const scope = stepScope(frame, job, github, environment)
    const started = performance.now()
    let outcome: Conclusion
    try {
      if (!holds(runs['post-if'] ?? 'always()', scope, statusAnswers(jobFrame, job))) continue
      const inputs = actionInputs(definition, action, scope, log)
      const signal = AbortSignal.timeout(postMs)
      outcome = await runNodeFile(runs.post ?? '', action, inputs, job, {
        scope,
        name,
        environment,
        github,
        signal,
        log,
      })
    } catch (error) {
      log.issue('error', (error as Error).message)
      outcome = 'failure'
    }
    if (outcome === 'failure') jobFrame.failed = true
    record(job, `Post ${definition.name ?? `Run ${action.uses}`}`, 'post', outcome, log, started)
  }
}

function record(
  job: JobState,
  name: string,
  stage: 'pre' | 'post',
  outcome: Conclusion,
  log: StepLog,
  started: number,
): void {
  job.results.push({
    id: undefined,
    name,
    stage,
    outcome,
    conclusion: outcome,
    outputs: {},
    annotations: log.annotations,
    log: log.lines,
    summary: log.summary,
    seconds: (performance.now() - started) / 1000,
  })
}
