// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * commits.json: what each commit of a series does to the build
 */
export interface Commits {
  version: 1
  state: 'running' | 'done' | 'cancelled'
  /**
   * the commit that the series stands on; built first, to know its messages
   */
  base: string
  /**
   * in their order, as far as they are built
   */
  commits: {
    sha: string
    title: string
    author: string
    /**
     * breaks: it does not build and what is before it does; broken: neither does; warns: it builds, with new messages
     */
    effect: 'none' | 'breaks' | 'broken' | 'mends' | 'warns'
    /**
     * why it does not build
     */
    reason: string | null
    /**
     * errors, or warnings that no earlier commit had; the first ten
     */
    messages: string[]
    seconds: number
  }[]
}
