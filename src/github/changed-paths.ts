import type { Octokit } from '@octokit/rest'
import type { RunEvent } from '#github/event'

/** GitHub names at most this many files of a pull request, and of a comparison. */
const mostFiles = { pull: 3000, compare: 300 }

/**
 * The paths that a pull request or push changes; `undefined`, so everything is
 * built, when the event changes nothing, GitHub does not tell them all, or the
 * branch was rewritten.
 */
export async function listChangedPaths(
  octokit: Octokit,
  event: RunEvent,
  before: string | undefined,
): Promise<readonly string[] | undefined> {
  const [owner = '', repo = ''] = event.repository.split('/')
  if (event.pullRequest !== null) {
    const files = await octokit.paginate(octokit.rest.pulls.listFiles, {
      owner,
      repo,
      pull_number: event.pullRequest.number,
      per_page: 100,
    })
    return files.length < mostFiles.pull ? files.flatMap(bothNames) : undefined
  }
  if (event.name !== 'push' || before === undefined || /^0+$/.test(before)) return undefined
  const basehead = `${before}...${event.sha}`
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead, per_page: 100 })
  const files = data.files ?? []
  if (data.status !== 'ahead' || files.length >= mostFiles.compare) return undefined
  return files.flatMap(bothNames)
}

/** A renamed file changes two paths. */
function bothNames(file: { filename: string; previous_filename?: string }): readonly string[] {
  return file.previous_filename === undefined ? [file.filename] : [file.filename, file.previous_filename]
}
