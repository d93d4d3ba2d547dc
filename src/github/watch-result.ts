import type { ClaimedCommit } from '#plan/watch/claim-commits'
import { codeCell } from '#report/markdown/code'

/** Outputs of the watch action: the cells of the matrix that calls kernel-ci.yml. */
export function claimOutputs(
  claimed: readonly ClaimedCommit[],
  scope: string,
): Readonly<Record<string, string | number>> {
  const commits = claimed.map(({ tree, url, branch, commit, due, earlier }) => ({
    name: `${tree} ${branch} ${commit.slice(0, 12)}`,
    url,
    commit,
    // The branch's own, so that its reports are found again and two branches of one run do not mix.
    scope: `${scope}-${tree}-${branch}`.replaceAll(/[^A-Za-z0-9._-]/g, '_'),
    title: `${tree} ${branch}${due === null ? '' : `, due ${minute(due)}`}`,
    'earlier-runs': earlier.map((one) => `${one.run}@${one.commit}`).join(' '),
  }))
  return { commits: JSON.stringify(commits), count: commits.length }
}

/** Markdown; names of trees and branches come from outside and stand in code. */
export function claimSummary(claimed: readonly ClaimedCommit[]): string {
  if (claimed.length === 0) return 'No new commits.'
  return [
    '| tree | branch | commit | review due |',
    '|---|---|---|---|',
    ...claimed.map(
      ({ tree, branch, commit, due }) =>
        `| ${codeCell(tree)} | ${codeCell(branch)} | \`${commit}\` | ${due === null ? '' : minute(due)} |`,
    ),
  ].join('\n')
}

function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`
}
