import type { Action } from './action-file.ts'
import type { Origin } from './git-store.ts'
import type { Host } from './host.ts'
import type { SecretMasker } from './mask-secrets.ts'
import type { ProblemMatchers } from './problem-matchers.ts'
import type { Annotation, Conclusion, StepResult } from './result.ts'
import type { JobDefinition, StepDefinition } from './workflow-file.ts'

/** What the `steps` context says of a step. */
interface StepRecord {
  readonly outputs: Readonly<Record<string, string>>
  readonly outcome: Conclusion
  readonly conclusion: Conclusion
}

export type Status = 'success' | 'failure' | 'cancelled'

/** A list of steps that share a `steps` context: a job's, or those of one composite action. */
export interface Frame {
  readonly isComposite: boolean
  readonly steps: Map<string, StepRecord>
  readonly inputs: Readonly<Record<string, unknown>>
  /** Where `$/` leads. */
  readonly origin: Origin
  /** The composite action. */
  readonly action: Action | undefined
  /** Environment of the step that calls the composite action. */
  readonly environment: Readonly<Record<string, string>>
  /** Aborts when the step that calls the composite action is ended. */
  readonly signal: AbortSignal
  readonly usedNames: Map<string, number>
  failed: boolean
}

/** A step to run when the job's own steps are done. */
interface PostStep {
  readonly definition: StepDefinition
  readonly action: Action
  readonly frame: Frame
  readonly name: string
  readonly state: Record<string, string>
}

/** One job while it runs. */
export interface JobState {
  readonly host: Host
  readonly definition: JobDefinition
  readonly name: string
  readonly places: { readonly workspace: string; readonly temp: string; readonly tools: string }
  /** Contexts that stay the same for all steps. */
  readonly contexts: Readonly<Record<string, unknown>>
  readonly github: Readonly<Record<string, unknown>>
  readonly runner: Readonly<Record<string, string>>
  /** Variables of the workflow and the job, and what steps wrote to GITHUB_ENV. */
  readonly environment: Record<string, string>
  /** Folders that steps wrote to GITHUB_PATH, the newest first. */
  readonly path: string[]
  readonly defaults: { readonly shell: string | undefined; readonly workingDirectory: string | undefined }
  readonly masker: SecretMasker
  readonly matchers: ProblemMatchers
  /** Aborts when the job is cancelled or runs too long. */
  readonly signal: AbortSignal
  readonly actionEnvironment: Readonly<Record<string, string>>
  readonly posts: PostStep[]
  readonly results: StepResult[]
  readonly annotations: Annotation[]
  readonly log: (line: string) => void
  /** State of actions that had a `pre`, by the step's definition. */
  readonly preStates: Map<StepDefinition, Record<string, string>>
  readonly actions: Map<StepDefinition, Action>
  /** Steps with `background: true` that are not waited for yet, by their id or place. */
  readonly background: Map<
    string,
    { readonly done: Promise<void>; readonly cancel: () => void; readonly result: () => Conclusion | undefined }
  >
  files: number
  /** `runSteps`, for composite actions: they run steps of their own. */
  readonly runSteps: (steps: readonly StepDefinition[], frame: Frame, job: JobState) => Promise<void>
}

/** Status of a frame: of its own steps for a composite action, of the job else. */
export function statusOf(frame: Frame, state: JobState): Status {
  if (state.signal.aborted) return 'cancelled'
  return frame.failed ? 'failure' : 'success'
}
