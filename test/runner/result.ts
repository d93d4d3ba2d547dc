/** How a step or job ended, as the `steps` and `needs` contexts say it. */
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped'

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
  readonly title?: string
  readonly file?: string
  readonly line?: number
  readonly endLine?: number
  readonly column?: number
  readonly endColumn?: number
}

export interface StepResult {
  /** Its `id`, when the workflow gives one. */
  readonly id: string | undefined
  readonly name: string
  readonly stage: 'pre' | 'main' | 'post'
  /** Before `continue-on-error`. */
  readonly outcome: Conclusion
  /** After `continue-on-error`. */
  readonly conclusion: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  readonly annotations: readonly Annotation[]
  /** What the log shows: masked, commands taken out. */
  readonly log: readonly string[]
  /** Markdown for the job summary, masked. */
  readonly summary: string
  readonly seconds: number
}

export interface JobResult {
  /** Key of the job in its workflow; with the callers' before it, `call / build`. */
  readonly id: string
  readonly name: string
  /** As the `needs` context has it: `continue-on-error` makes a failure a success. */
  readonly result: Conclusion
  /** As it really ended. */
  readonly outcome: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  readonly steps: readonly StepResult[]
  /** Of the job itself, not of a step. */
  readonly annotations: readonly Annotation[]
  readonly matrix: Readonly<Record<string, unknown>> | undefined
  readonly log: readonly string[]
  readonly seconds: number
  /** What its token may do; `undefined` for a job that calls a workflow. */
  readonly permissions: Readonly<Record<string, string>> | undefined
}

export interface WorkflowResult {
  /** False when the event starts nothing; `reason` says why. */
  readonly triggered: boolean
  readonly reason: string | undefined
  readonly name: string
  readonly runId: number
  readonly conclusion: Conclusion
  /** Every job that has steps, of called workflows too, in the order they ended. */
  readonly jobs: readonly JobResult[]
  /** Of `on.workflow_call.outputs`, for a workflow that is called. */
  readonly outputs: Readonly<Record<string, string>>
}

/** The result of several jobs or matrix cells together. */
export function combine(results: readonly Conclusion[]): Conclusion {
  for (const result of ['failure', 'cancelled', 'success'] as const) if (results.includes(result)) return result
  return 'skipped'
}

/** A job that never started. */
export function emptyJob(id: string, name: string, result: Conclusion): JobResult {
  return {
    id,
    name,
    result,
    outcome: result,
    outputs: {},
    steps: [],
    annotations: [],
    matrix: undefined,
    log: [],
    seconds: 0,
    permissions: undefined,
  }
}
