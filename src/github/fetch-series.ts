import type { PullRequest } from '#github/event'
import { authorization, type CommitPlace } from '#github/fetch-commit'
import type { StageContext } from '#log/reporter'
import { formatCommandLine } from '#process/command-line'
import { runForOutput } from '#process/run-command'

/**
 * Deepens the checkout of a pull request's merge commit until it has all commits
 * of the pull request and the one that they stand on.
 *
 * @returns them, oldest first; none when the event does not say how many they are
 */
export async function fetchSeries(
  { url, sha, server }: CommitPlace,
  token: string | undefined,
  folder: string,
  { headSha, commits }: PullRequest,
  { reporter, signal }: StageContext,
): Promise<readonly string[]> {
  if (commits === undefined) return []
  const git = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const argv = ['git', '-C', folder, '-c', 'core.hooksPath=/dev/null', ...args] as const
    reporter.command(formatCommandLine({ argv }))
    return runForOutput({ argv, env: { GIT_TERMINAL_PROMPT: '0', ...env } }, { signal })
  }
  // The merge commit itself, the commits, and the one below them.
  const depth = String(commits + 2)
  const credentials = authorization(server, token)
  await git(['fetch', '--quiet', '--depth', depth, '--no-tags', '--end-of-options', url, sha], credentials)
  const [, base, merged] = (await git(['rev-list', '--parents', '--max-count', '1', sha])).trim().split(' ')
  const range = merged === undefined ? [sha] : [headSha, `^${base}`]
  // Where the base moved on further than the history goes, what is below the pull request would be listed too.
  const listed = (await git(['rev-list', '--topo-order', '--max-count', String(commits), ...range])).trim()
  return listed === '' ? [] : listed.split('\n').toReversed()
}
