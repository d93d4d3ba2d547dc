/** What a commit changes: new content by path, or undefined to remove the path. */
export type Changes = ReadonlyMap<string, string | Uint8Array | undefined>

/** Reads a file of the repository as it is now; undefined when it has none. */
export type ReadFile = (path: string) => Promise<string | undefined>

export interface CommitOptions {
  readonly signal?: AbortSignal | undefined
  /** Make it the only commit, so that what is removed takes no room. @throws LkftError BAD_ARGUMENT where that cannot be done safely */
  readonly forgetHistory?: boolean
}

/** Where a results repository is kept: a git branch, GitHub's Git data API, a bucket. */
export interface ResultsStore {
  /** For messages, e.g. `the branch results`. */
  readonly name: string
  /**
   * Changes the repository in one step. When somebody else was faster, `change` is
   * asked again over what they wrote; so writers side by side lose nothing.
   *
   * @param change what to write, given how the repository is now; without any change nothing is written
   * @returns how many attempts it took
   * @throws LkftError CHILD_FAILED, REMOTE_FAILED when the repository cannot be reached or written
   */
  readonly commit: (
    message: string,
    change: (read: ReadFile) => Promise<Changes>,
    options?: CommitOptions,
  ) => Promise<number>
  /** Copies the whole repository into a folder, or brings the folder up to it; false when there is none yet. */
  readonly pull: (directory: string, signal?: AbortSignal) => Promise<boolean>
}

/** How often a writer tries before it gives up. */
export const mostAttempts = 100

/** Milliseconds before the next attempt; by chance, so that two writers part. */
export function pauseBefore(attempt: number): number {
  return Math.random() * Math.min(2000, 50 * attempt)
}
