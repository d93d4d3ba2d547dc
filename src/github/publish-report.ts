import { listAnnotations, putCheckRun } from '#github/check-run'
import { commentReport, markdownLimit } from '#github/comment-report'
import type { RunEvent } from '#github/event'
import { connect } from '#github/octokit'
import { openResults } from '#github/open-results'
import { putIssues } from '#github/regression-issues'
import { decideTrust } from '#github/trust'
import type { StageContext } from '#log/reporter'
import { renderMarkdown } from '#report/markdown/render-markdown'
import { pushResults } from '#report/push-results'
import type { ReportRequest } from '#report/report-request'
import type { Report } from '#schema/documents'

/** Where a report goes besides the job summary and the artifact. */
export interface Publication {
  readonly event: RunEvent
  readonly token: string | undefined
  readonly scope: string
  readonly comment: boolean
  readonly check: boolean
  readonly issues: boolean
  /** A results repository that this build's results are added to. */
  readonly results:
    | { readonly repository: string; readonly branch: string; readonly project: string; readonly token?: string }
    | undefined
  readonly request: ReportRequest
}

/** Addresses of what was written, by output of the action; empty where nothing was. */
export interface Published {
  readonly 'comment-url': string
  readonly 'check-url': string
  readonly 'opened-issues': string
  readonly 'results-build': string
}

/**
 * Writes what the inputs ask for. What a token may not do is a warning: the report
 * itself is done. A fork's run publishes nothing but its artifact, and a pull request
 * opens no issues and adds no results, since its code is not what the branch holds.
 *
 * @param passed whether the report passes by its policy
 */
export async function publishReport(
  publication: Publication,
  report: Report,
  passed: boolean,
  context: StageContext,
): Promise<Published> {
  const { event, token, scope, comment, check, issues, results, request } = publication
  const { reporter } = context
  const isTrusted = token !== undefined && decideTrust(event).trusted
  const isOfBranch = isTrusted && event.pullRequest === null
  const attempt = async (what: string, needs: string, work: () => Promise<string>): Promise<string> => {
    try {
      return await work()
    } catch (error) {
      context.signal.throwIfAborted()
      reporter.warn(`${what} could not be written: ${(error as Error).message}; it needs '${needs}'`)
      return ''
    }
  }
  const client = () => connect(token ?? '', event.apiUrl, reporter)
  return {
    'comment-url': comment ? await commentReport(publication, report, context) : '',
    'check-url':
      check && isTrusted
        ? await attempt('the check run', 'checks: write', () =>
            putCheckRun(client(), {
              repository: event.repository,
              headSha: event.pullRequest?.headSha ?? event.sha,
              name: scope === 'lkft' ? 'kernel tests' : `kernel tests (${scope})`,
              conclusion: passed ? (report.verdict === 'pass' ? 'success' : 'neutral') : 'failure',
              title: report.summary.slice(0, 200),
              markdown: renderMarkdown(report, { limit: markdownLimit, link: event.runUrl }),
              annotations: listAnnotations(report),
              detailsUrl: event.runUrl,
              whereAll: `[the run's report](${event.runUrl})`,
            }),
          )
        : '',
    'opened-issues':
      issues && isOfBranch
        ? await attempt('the issues', 'issues: write', async () => {
            const where = { repository: event.repository, key: scope, link: event.runUrl }
            const { opened, closed } = await putIssues(client(), report, where)
            reporter.info(`Issues: ${opened.length} opened, ${closed.length} closed`)
            return opened.join('\n')
          })
        : '',
    'results-build':
      results !== undefined && isOfBranch
        ? await attempt('the results', 'contents: write', async () => {
            const store = openResults({ token, ...results, environment: process.env, reporter })
            const buildBranch = event.ref.replace(/^refs\/heads\//, '')
            const { current } = request
            const pushed = await pushResults(
              { store, project: results.project, current, buildBranch, commit: event.sha, allowIncomplete: true },
              context,
            )
            return pushed.id
          })
        : '',
  }
}
