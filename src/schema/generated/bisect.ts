// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * bisect.json: which commit broke a test, and what each commit on the way did
 */
export interface Bisect {
  version: 1
  state: 'running' | 'done' | 'cancelled'
  /**
   * found: one commit; range: only commits that cannot be judged are left; not-reproduced: good and bad do not differ
   */
  verdict: 'found' | 'range' | 'not-reproduced' | null
  /**
   * one line for verdicts other than found
   */
  reason: string | null
  /**
   * what is bisected: a test, a crash, the build
   */
  subject: string
  /**
   * commit that works
   */
  good: string
  /**
   * commit that does not
   */
  bad: string
  first_bad: Commit | null
  /**
   * for range: the commits among which the first bad one is
   */
  suspects: Commit[]
  steps: {
    commit: string
    title: string
    verdict: 'good' | 'bad' | 'skip'
    /**
     * each run's answer; more than needed when they disagree
     */
    tries: ('good' | 'bad')[]
    /**
     * why it is bad or skipped
     */
    reason: string | null
    seconds: number
  }[]
  started: string
  duration_seconds: number
}
export interface Commit {
  sha: string
  title: string
  author: string
  date: string
}
