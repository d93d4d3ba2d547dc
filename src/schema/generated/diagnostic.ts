// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * one line of diagnostics.ndjson: one message of a compiler or build tool
 */
export interface Diagnostic {
  /**
   * gcc, clang, ld, rustc, dtc, modpost, objtool, sparse, kconfig, make, as, …
   */
  tool: string
  level: 'error' | 'warning' | 'note'
  /**
   * relative to the source tree
   */
  file: string | null
  line: number | null
  column: number | null
  /**
   * e.g. -Wunused-variable
   */
  flag: string | null
  message: string
  /**
   * target that was built
   */
  target: string | null
  /**
   * how often it came
   */
  count: number
}
