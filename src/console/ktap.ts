import type { TestResult } from '#schema/documents'

export type { TestResult }

/** Something in the stream that the KTAP specification does not allow. */
export interface KtapError {
  readonly line: number
  readonly message: string
}

export interface KtapParser {
  /** Takes the next line without its prefixes (`ConsoleLine.text`) and its 1-based number; gives the results it finished. */
  push(text: string, line: number): readonly TestResult[]
  /** The stream ended: gives what was still open, as failed with reason `crash` or `missing`. */
  end(): readonly TestResult[]
  readonly errors: readonly KtapError[]
}

export interface KtapOptions {
  /** Suite of every result. When absent, the outermost test is the suite of its subtests. */
  readonly suite?: string
}
