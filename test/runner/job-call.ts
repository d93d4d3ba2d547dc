import type { Scope } from './expressions.ts'
import type { Flow, JobOutcome } from './flow.ts'
import type { JobDefinition } from './workflow-file.ts'

/** One job, or one cell of its matrix, that is to run. */
export interface JobCall {
  readonly id: string
  readonly name: string
  readonly definition: JobDefinition
  readonly flow: Flow
  /** needs, matrix and strategy. */
  readonly contexts: Readonly<Record<string, unknown>>
  readonly needs: Readonly<Record<string, JobOutcome | undefined>>
  readonly scope: Scope
  readonly signal: AbortSignal
  readonly matrix: Readonly<Record<string, unknown>> | undefined
}
