import type { Annotation } from './result.ts'

/** Annotations of each level that a step may make, and characters of one. Source: GitHub's runner. */
export const issueLimits = { perLevel: 10, messageLength: 4096 } as const

/** Where a step's lines and commands go. */
export interface StepSink {
  /** A line of the runner's own, or a command that is shown. */
  readonly log: (line: string) => void
  /** A line of the process's output that is no command. */
  readonly line: (line: string) => void
  /** Adds the problem matchers of a file; gives why it cannot. */
  readonly addMatcher: (file: string) => string | undefined
  readonly removeMatcher: (owner: string) => void
  readonly issue: (annotation: Annotation) => void
  readonly addMask: (secret: string) => void
  readonly setOutput: (name: string, value: string) => void
  readonly saveState: (name: string, value: string) => void
  readonly setEnvironment: (name: string, value: string) => void
  readonly addPath: (folder: string) => void
  /** A variable as the step sees it. */
  readonly environment: (name: string) => string | undefined
  /** A command could not be followed: the step fails, whatever its exit code. */
  readonly fail: () => void
}
