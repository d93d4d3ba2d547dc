import { readFile } from 'node:fs/promises'
import { LkftError } from '#errors/lkft-error'
import { formatArtifactName } from '#github/artifact-names'
import { artifactStore } from '#github/artifacts'
import { markdownLimit } from '#github/comment-report'
import type { RunEvent } from '#github/event'
import { connect } from '#github/octokit'
import { putComment } from '#github/pull-comment'
import type { ActionResult } from '#github/run-action'
import type { StageContext } from '#log/reporter'
import { runCommand } from '#process/run-command'
import { renderMarkdown } from '#report/markdown/render-markdown'
import type { Report } from '#schema/documents'
import { checkDocument } from '#schema/validate'

/** What GitHub itself says of the run that a `workflow_run` event is about. */
export interface ForkRun {
  readonly id: number
  readonly attempt: number
  readonly headSha: string
  readonly headRepository: string
}

export interface ForkReportInputs {
  readonly forkRun: ForkRun
  readonly event: RunEvent
  readonly token: string
  readonly scope: string
  readonly folder: string
}

/** Bytes of a fork's artifact, and of each of the two members that are read from it. */
const largestArchive = 64 * 1024 * 1024
const largestMember = 16 * 1024 * 1024

/**
 * Reads the event of report-fork.yml.
 *
 * @throws LkftError BAD_ARGUMENT for any other event, and for a run that is no pull request's
 */
export async function readForkRun(event: RunEvent, environment: NodeJS.ProcessEnv): Promise<ForkRun> {
  const payload = JSON.parse(await readFile(environment['GITHUB_EVENT_PATH'] ?? '', 'utf8')) as {
    workflow_run?: {
      id: number
      run_attempt: number
      event: string
      head_sha: string
      head_repository: { full_name: string } | null
    }
  }
  const run = payload.workflow_run
  if (event.name !== 'workflow_run' || run?.event !== 'pull_request' || run.head_repository === null) {
    throw new LkftError('BAD_ARGUMENT', 'fork-run needs a workflow_run event of a pull_request run', {
      hint: 'docs/security.md has the workflow that calls report-fork.yml.',
    })
  }
  return { id: run.id, attempt: run.run_attempt, headSha: run.head_sha, headRepository: run.head_repository.full_name }
}

/**
 * Comments a fork's report. Everything in the artifact was made by the fork:
 * two members of bounded size are read from it by name, checked by schema and
 * rendered here again; nothing is unpacked or executed. The pull request is one
 * whose head, as GitHub knows it, is the run's; the artifact's number must agree.
 */
export async function commentForkReport(inputs: ForkReportInputs, context: StageContext): Promise<ActionResult> {
  const { forkRun, event, token, scope, folder } = inputs
  const [owner = '', repo = ''] = event.repository.split('/')
  const artifact = formatArtifactName({ scope, kind: 'report', id: 'all', attempt: forkRun.attempt })
  const from = { token, workflowRunId: forkRun.id, repositoryOwner: owner, repositoryName: repo }
  context.reporter.section(`Fetch the report of run ${forkRun.id}`)
  const archive = await artifactStore.downloadArchive(artifact, folder, from, largestArchive)
  const number = readNumber(await readMember(archive, 'pull-request.json'))
  const report = await checkDocument('report', await readMember(archive, 'report.json'), `${artifact}/report.json`)
  const octokit = connect(token, event.apiUrl, context.reporter)
  const { data: pull } = await octokit.rest.pulls.get({ owner, repo, pull_number: number })
  if (pull.head.sha !== forkRun.headSha || pull.head.repo?.full_name !== forkRun.headRepository) {
    const message = `run ${forkRun.id} tested ${forkRun.headSha.slice(0, 12)}, which is not the head of pull request ${number}`
    return { outputs: { verdict: 'skipped' }, annotations: [{ level: 'notice', message }], whereAll: '', exitCode: 0 }
  }
  const runUrl = `${event.serverUrl}/${event.repository}/actions/runs/${forkRun.id}`
  const url = await putComment(octokit, {
    repository: event.repository,
    pull: number,
    key: scope,
    markdown: `_Results of a fork's own run, not verified by this repository._\n\n${renderMarkdown(report, { limit: markdownLimit, link: runUrl })}`,
    whereAll: `[the run's report](${runUrl})`,
  })
  return { outputs: outputsOf(report, url), whereAll: '', exitCode: 0 }
}

function outputsOf({ verdict, totals, summary }: Report, url: string): ActionResult['outputs'] {
  const { regressions, fixes, tests } = totals
  return { verdict, summary, regressions, fixes, tests, 'comment-url': url }
}

/** One member of a zip as JSON, streamed out by name; the program ends at the limit. */
async function readMember(archive: string, name: string): Promise<unknown> {
  const stop = new AbortController()
  let size = 0
  const result = await runCommand(
    { argv: ['unzip', '-p', archive, name] },
    {
      signal: stop.signal,
      keepBytes: largestMember,
      timeoutMs: 60_000,
      onBytes: (chunk, stream) => {
        if (stream === 'stdout' && (size += chunk.length) > largestMember) stop.abort()
      },
    },
  )
  if (size > largestMember) throw refused(`${name} in it has more than ${largestMember} bytes`)
  if (result.exitCode !== 0) throw refused(`it holds no ${name}`)
  try {
    return JSON.parse(result.stdout) as unknown
  } catch (error) {
    throw refused(`${name} in it is no JSON`, error)
  }
}

function readNumber(value: unknown): number {
  const number = (value as { number?: unknown } | null)?.number
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
    throw refused('pull-request.json in it names no pull request')
  }
  return number
}

function refused(why: string, cause?: unknown): LkftError {
  return new LkftError('BAD_DOCUMENT', `the fork's report artifact is refused: ${why}`, { cause })
}
