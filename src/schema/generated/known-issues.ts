// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * known-issues.yaml: failures that are known and do not count as regressions
 */
export interface KnownIssues {
  version?: 1
  issues?: {
    title: string
    /**
     * suite/test, exact; * stands for any text without a slash, ** for any text
     */
    test?: string
    /**
     * signature of a crash, instead of a test
     */
    crash?: string
    /**
     * @minItems 1
     *
     * Items: environment, * allowed
     */
    environments?: [string, ...string[]]
    /**
     * first kernel release or date that has it
     */
    since?: string
    /**
     * last day it counts
     */
    until?: string
    url?: string
    owner?: string
    intermittent?: boolean
    active?: boolean
  }[]
  /**
   * known issues as SQUAD's API gives them; the name matches from the start, * is a wildcard
   */
  squad_known_issues?: {
    title?: string
    /**
     * suite/test, or its beginning; * stands for any text
     */
    test_name: string
    url?: string | null
    notes?: string | null
    /**
     * true when absent
     */
    active?: boolean
    /**
     * false when absent
     */
    intermittent?: boolean
    /**
     * names of environments; an issue without any is nowhere
     */
    environments?: string[]
    [k: string]: unknown
  }[]
}
