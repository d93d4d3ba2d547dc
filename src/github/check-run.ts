import type { Octokit } from '@octokit/rest'
import { fitMarkdown } from '#github/job-summary'
import { defined } from '#github/defined'
import { printable } from '#log/printable'
import type { Report } from '#schema/documents'

/** A remark on a line of the tested tree. */
export interface CheckAnnotation {
  readonly path: string
  readonly start_line: number
  readonly end_line: number
  readonly annotation_level: 'notice' | 'warning' | 'failure'
  readonly message: string
  readonly title?: string
}

export interface CheckRequest {
  readonly repository: string
  readonly headSha: string
  readonly name: string
  readonly conclusion: 'success' | 'failure' | 'neutral'
  readonly title: string
  readonly markdown: string
  readonly annotations: readonly CheckAnnotation[]
  /** Where the whole report is. */
  readonly detailsUrl: string
  readonly whereAll: string
}

/** GitHub refuses a request with more; further ones are added by updates. */
const annotationsPerRequest = 50
/** GitHub allows 65,535 characters. */
const largestSummary = 65_000
const longestMessage = 4000
const longestTitle = 255

/**
 * Writes one check run: made with the first 50 annotations and no conclusion, then 50
 * more with each update, the last of which concludes it. So a run that is cut off
 * between stays open instead of passing.
 *
 * @returns the check run's URL
 */
export async function putCheckRun(octokit: Octokit, request: CheckRequest): Promise<string> {
  const [owner = '', repo = ''] = request.repository.split('/')
  const summary = fitMarkdown(request.markdown, largestSummary, request.whereAll)
  const output = (from: number) => ({
    title: request.title,
    summary,
    annotations: request.annotations.slice(from, from + annotationsPerRequest),
  })
  const last = Math.max(0, Math.ceil(request.annotations.length / annotationsPerRequest) - 1)
  const stateOf = (part: number) =>
    part === last
      ? ({ status: 'completed', conclusion: request.conclusion } as const)
      : ({ status: 'in_progress' } as const)
  const { data: check } = await octokit.rest.checks.create({
    owner,
    repo,
    name: request.name,
    head_sha: request.headSha,
    details_url: request.detailsUrl,
    output: output(0),
    ...stateOf(0),
  })
  for (let part = 1; part <= last; part++) {
    const next = { output: output(part * annotationsPerRequest), ...stateOf(part) }
    await octokit.rest.checks.update({ owner, repo, check_run_id: check.id, ...next })
  }
  return check.html_url ?? ''
}

/** What of a report points at a line of the tree: new messages of compilers, places of new crashes. */
export function listAnnotations({ diagnostics, crash_changes: crashes }: Report): CheckAnnotation[] {
  const ofTools = diagnostics
    .filter((each) => each.class === 'new')
    .flatMap(({ file, line, level, message, tool, build }) =>
      place(file, line, { level: level === 'error' ? 'failure' : 'warning', title: `${tool}, ${build}`, message }),
    )
  const ofCrashes = crashes
    .filter((each) => each.class === 'regression')
    .flatMap(({ crash, environments }) => {
      const [, file = null, line = ''] = /^(.+?):(\d+)/.exec(crash.location ?? '') ?? []
      const title = `${crash.kind} on ${environments.join(', ')}`
      const during = crash.test === null ? '' : ` while ${crash.test} ran`
      return place(file, Number(line), { level: 'failure', title, message: `${crash.title}${during}` })
    })
  return [...ofCrashes, ...ofTools]
}

function place(
  file: string | null,
  line: number | null,
  {
    level,
    title,
    message,
  }: { readonly level: 'failure' | 'warning'; readonly title: string; readonly message: string },
): CheckAnnotation[] {
  if (file === null || line === null || !(line >= 1) || file.startsWith('/') || file.includes('..')) return []
  const text = message.split('\n').map(printable).join('\n').slice(0, longestMessage)
  return [
    {
      path: printable(file),
      start_line: line,
      end_line: line,
      annotation_level: level,
      message: text === '' ? '(no message)' : text,
      ...defined({ title: printable(title).slice(0, longestTitle) }),
    },
  ]
}
