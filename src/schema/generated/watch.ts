// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * watch.json in refs/lkft/watch: the commits of foreign trees that were claimed, and by which run
 */
export interface Watch {
  version: 1
  /**
   * by tree and branch, separated by a space
   */
  branches: {
    /**
     * newest first
     */
    [k: string]: {
      commit: string
      /**
       * id of the run that has it
       */
      run: string
      seen: string
      /**
       * until when a review is due
       */
      due: string | null
    }[]
  }
}
