import type { RunEvent } from '#github/event'
import { connect } from '#github/octokit'
import { putComment } from '#github/pull-comment'
import { decideTrust } from '#github/trust'
import type { StageContext } from '#log/reporter'
import { commentLimit, renderMarkdown } from '#report/markdown/render-markdown'
import type { Report } from '#schema/documents'

/** What the marker and a sentence before the report may take of a comment. */
export const markdownLimit = commentLimit - 1536

export interface CommentInputs {
  readonly event: RunEvent
  readonly token: string | undefined
  readonly scope: string
}

/**
 * Puts the report on the pull request; gives the comment's URL, or nothing when
 * there is no pull request or this run's token cannot write to it. A comment that
 * fails is a warning: the report itself is done.
 */
export async function commentReport(
  { event, token, scope }: CommentInputs,
  report: Report,
  { reporter }: StageContext,
): Promise<string> {
  if (event.pullRequest === null || token === undefined) return ''
  if (!decideTrust(event).trusted) {
    reporter.info("The token of a fork's run cannot comment: report-fork.yml does it from the artifact.")
    return ''
  }
  try {
    return await putComment(connect(token, event.apiUrl, reporter), {
      repository: event.repository,
      pull: event.pullRequest.number,
      key: scope,
      markdown: renderMarkdown(report, { limit: markdownLimit, link: event.runUrl }),
      whereAll: `[the run's report](${event.runUrl})`,
    })
  } catch (error) {
    reporter.warn(`the comment could not be written: ${(error as Error).message}; it needs 'pull-requests: write'`)
    return ''
  }
}
