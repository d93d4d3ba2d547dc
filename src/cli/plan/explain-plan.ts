import { planNames } from '#cli/plan-names'
import { describeJobs } from '#plan/describe-jobs'
import { readDurations } from '#plan/recorded-durations'
import { loadPlan } from '#plan/load-plan'

export interface ExplainOptions {
  readonly json?: boolean
  readonly changed?: readonly string[]
  readonly durations?: readonly string[]
}

/** Prints what a plan would run, and runs nothing. */
export async function explainPlan(file: string, options: ExplainOptions): Promise<void> {
  const { jobs } = await loadPlan(file, {
    names: planNames(),
    ...(options.durations === undefined ? {} : { durations: await readDurations(options.durations) }),
    ...(options.changed === undefined ? {} : { changedPaths: options.changed }),
  })
  if (options.json === true) process.stdout.write(`${JSON.stringify(jobs, null, 2)}\n`)
  else process.stdout.write(`${describeJobs(jobs).join('\n')}\n`)
}
