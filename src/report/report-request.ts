/**
 * What a report can fail on; `regression` holds tests, crashes and builds, `confirmed`
 * the same without tests that re-runs have not confirmed, `metric` measurements.
 */
export const failOnNames = [
  'regression',
  'confirmed',
  'metric',
  'new-failure',
  'still-failing',
  'crash',
  'lost',
  'new-skip',
  'flaky',
  'warning',
  'missing',
] as const

export type FailOn = (typeof failOnNames)[number]

/** A cell of the plan that should have results: a build, and the environment it runs on (absent: the build alone). */
export interface ExpectedCell {
  readonly build: string
  readonly environment?: string
}

/** What `lkft report` and actions/report ask for. */
export interface ReportRequest {
  /** Run and build directories, or folders that hold many, of the baseline, or one address (`readBaseline`); none for a first run. */
  readonly baseline: readonly string[]
  /** The same of what is judged; at least one. */
  readonly current: readonly string[]
  /** What the baseline is called in the report, e.g. a branch and commit; else its kernel release. */
  readonly baselineName?: string
  /** What is judged, e.g. `pull request 12 at 1a2b3c4`; else its kernel release. */
  readonly currentName?: string
  /** A known-issues.yaml. */
  readonly knownIssues?: string
  /** MAINTAINERS of the kernel tree, for whom a regression's mail is for. */
  readonly maintainers?: string
  /** Cells of the plan; one without results is `missing` and makes the verdict incomplete. */
  readonly expected?: readonly ExpectedCell[]
  /** What makes the exit code 1. */
  readonly failOn: readonly FailOn[]
  /** The report directory. */
  readonly outputDir: string
  /** Heading of the report; `Kernel test report` when absent. */
  readonly title?: string
  /** List cut-off and cancelled directories as missing instead of refusing them. */
  readonly allowIncomplete?: boolean
  /** A page with the whole report, linked where text had to be cut, e.g. the workflow run. */
  readonly link?: string
  /** How a reader on another machine repeats the command of a current run; as the run has it when absent. */
  readonly showCommand?: (command: string) => string
  /** The time written into the report; now when absent. */
  readonly created?: Date
}
