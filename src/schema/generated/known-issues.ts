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
   * what is to be known of measurements; the first that names one counts
   */
  metrics?: {
    /**
     * suite/test, exact; * stands for any text without a slash, ** for any text
     */
    metric: string
    /**
     * @minItems 1
     *
     * Items: environment, * allowed
     */
    environments?: [string, ...string[]]
    /**
     * told by unit and name when absent
     */
    better?: 'higher' | 'lower'
    /**
     * share of the median below which a change says nothing
     */
    tolerance?: number
    /**
     * a larger value crosses the limit
     */
    at_most?: number
    /**
     * a smaller value crosses the limit
     */
    at_least?: number
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
