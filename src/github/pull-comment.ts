import type { Octokit } from '@octokit/rest'
import { fitMarkdown } from '#github/job-summary'

/** GitHub allows 65,536 characters; the count is of characters, ours of bytes, so this is on the safe side. */
const largestComment = 65_000

export interface CommentRequest {
  readonly repository: string
  readonly pull: number
  /** Tells this comment from others of lkft in the same pull request, e.g. the plan's name. */
  readonly key: string
  readonly markdown: string
  /** Where what is cut can be read, for the note. */
  readonly whereAll: string
}

/**
 * Writes the one comment of that key: made the first time, updated in place
 * afterwards. Only a comment that this token's own account wrote and that begins
 * with the marker is touched, so nobody can have their text overwritten by
 * quoting ours.
 *
 * @returns the comment's URL
 */
export async function putComment(octokit: Octokit, request: CommentRequest): Promise<string> {
  const [owner = '', repo = ''] = request.repository.split('/')
  const marker = `<!-- lkft report ${encodeURIComponent(request.key).replaceAll('-', '%2D')} -->`
  const body = fitMarkdown(`${marker}\n${request.markdown}`, largestComment, request.whereAll)
  const known = await findComment(octokit, { owner, repo, issue_number: request.pull }, marker)
  const { data } =
    known === undefined
      ? await octokit.rest.issues.createComment({ owner, repo, issue_number: request.pull, body })
      : await octokit.rest.issues.updateComment({ owner, repo, comment_id: known, body })
  return data.html_url
}

async function findComment(
  octokit: Octokit,
  where: { readonly owner: string; readonly repo: string; readonly issue_number: number },
  marker: string,
): Promise<number | undefined> {
  let own: string | undefined
  for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listComments, {
    ...where,
    per_page: 100,
  })) {
    for (const comment of data) {
      if (comment.body?.startsWith(marker) !== true) continue
      own ??= await ownLogin(octokit)
      if (comment.user?.login === own) return comment.id
    }
  }
  return undefined
}

/** Who this token is. The token of a workflow may not ask, and is always the same bot. */
async function ownLogin(octokit: Octokit): Promise<string> {
  try {
    return (await octokit.rest.users.getAuthenticated()).data.login
  } catch {
    return 'github-actions[bot]'
  }
}
