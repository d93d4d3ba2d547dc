// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * one line of tests.ndjson: the result of one test
 */
export interface TestResult {
  suite: string
  /**
   * path of the test in its suite, levels joined by a dot or slash as the suite has them
   */
  test: string
  status: 'pass' | 'fail' | 'skip' | 'xfail'
  /**
   * why it failed
   */
  reason?: 'assert' | 'crash' | 'timeout' | 'error' | 'missing'
  /**
   * what the test said, at most 4096 characters
   */
  message?: string
  duration_seconds?: number
  measurement?: number
  unit?: string
  /**
   * 1 for the first; more when it was re-run
   */
  attempt?: number
  /**
   * 1-based line of the console log
   */
  line?: number
}
