import type { Head } from '#plan/watch/list-heads'
import type { Watch } from '#schema/documents'

/** A commit that this poll, and no other, has to run. */
export interface ClaimedCommit {
  readonly tree: string
  readonly url: string
  readonly branch: string
  readonly commit: string
  /** ISO time until which a review is due; `null` where the tree has no `review-hours`. */
  readonly due: string | null
  /** The branch's earlier commits and their runs, newest first: what to compare with. */
  readonly earlier: readonly { readonly run: string; readonly commit: string }[]
}

/** GitHub's matrix takes 256; what is left over is claimed by the next poll. */
const mostPerPoll = 100

/** Commits of one branch that are remembered: a branch that goes back to one of them is not run again. */
const mostRemembered = 50

/** Earlier runs that a comparison takes cells from. */
const mostEarlier = 5

/**
 * Claims the heads that nobody has claimed. A commit is claimed once per tree: a
 * branch that comes to a commit another branch of its tree had takes that run.
 * What this same run claimed before, in an attempt that was cut off, it gets again.
 *
 * @param run id of the workflow run that polls
 */
export function claimCommits(
  state: Watch,
  heads: readonly Head[],
  { run, now }: { readonly run: string; readonly now: Date },
): { readonly state: Watch; readonly claimed: readonly ClaimedCommit[] } {
  const branches = new Map(Object.entries(state.branches))
  const claimed: ClaimedCommit[] = []
  for (const { tree, branch, commit } of heads) {
    const key = `${tree.name} ${branch}`
    const known = branches.get(key) ?? []
    const own = known.find((one) => one.commit === commit)
    if (own !== undefined && own.run !== run) continue
    const twin = own ?? ofTree(branches, tree.name).find((one) => one.commit === commit)
    if (twin === undefined && claimed.length === mostPerPoll) continue
    const seen = twin?.seen ?? now.toISOString()
    const due = twin?.due ?? dueAfter(tree['review-hours'], now)
    if (own === undefined)
      branches.set(key, [{ commit, run: twin?.run ?? run, seen, due }, ...known].slice(0, mostRemembered))
    if (twin !== undefined && own === undefined) continue
    if (claimed.some((one) => one.tree === tree.name && one.commit === commit)) continue
    const earlier = known.filter((one) => one.run !== run).slice(0, mostEarlier)
    const runs = earlier.map((one) => ({ run: one.run, commit: one.commit }))
    claimed.push({ tree: tree.name, url: tree.url, branch, commit, due, earlier: runs })
  }
  return { state: { version: 1, branches: Object.fromEntries(branches) }, claimed }
}

function ofTree(branches: ReadonlyMap<string, Watch['branches'][string]>, tree: string): Watch['branches'][string] {
  return [...branches].flatMap(([key, commits]) => (key.startsWith(`${tree} `) ? commits : []))
}

function dueAfter(hours: number | undefined, now: Date): string | null {
  return hours === undefined ? null : new Date(now.getTime() + hours * 3_600_000).toISOString()
}
