import { resolve, join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'
import { artifactStore } from '#github/artifacts'
import { collectResults } from '#github/collect-results'
import { commandElsewhere } from '#github/command-elsewhere'
import { defined } from '#github/defined'
import { readEvent, type RunEvent } from '#github/event'
import { expectedCells } from '#plan/expected-cells'
import { fetchBaseline } from '#github/fetch-baseline'
import { findBaseline, findNamedBaseline } from '#github/find-baseline'
import { type ForkRun, readForkRun } from '#github/fork-report'
import type { InputReader } from '#github/inputs'
import { connect } from '#github/octokit'
import { fetchPlan, type PlanFolder } from '#github/plan-artifact'
import { workFolder } from '#github/stage-inputs'
import { needPlace, pullResults, readResultsPlace, type ResultsPlace } from './results-place.ts'
import type { StageContext } from '#log/reporter'
import { type FailOn, failOnNames, type ReportRequest } from '#report/report-request'

/** Everything that report was asked. */
export interface ReportInputs {
  readonly event: RunEvent
  readonly token: string | undefined
  readonly scope: string
  readonly upload: boolean
  readonly retentionDays: number | undefined
  readonly comment: boolean
  readonly check: boolean
  readonly issues: boolean
  readonly results: ResultsPlace | undefined
  readonly request: ReportRequest
}

/** A fork's run whose report is to be commented. */
export interface ForkInputs {
  readonly forkRun: ForkRun
  readonly event: RunEvent
  readonly token: string
  readonly scope: string
  /** Folder for the fork's archive. */
  readonly folder: string
}

/** Reads the inputs once and brings the results of this run, and of the baseline, here. */
export async function loadInputs(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  context: StageContext,
): Promise<ReportInputs | ForkInputs> {
  const event = await readEvent(environment)
  const work = workFolder(environment)
  const scope = inputs.text('scope') ?? 'lkft'
  const token = inputs.text('token')
  if (inputs.flag('fork-run', false)) {
    const forkRun = await readForkRun(event, environment)
    return { forkRun, event, token: inputs.required('token'), scope, folder: join(work, 'fork') }
  }
  const given = inputs.lines('current')
  const plan = inputs.flag('use-plan', false) ? await fetchPlan(artifactStore, scope, join(work, 'plan')) : undefined
  const current = given.length > 0 ? given : await collectResults(artifactStore, scope, join(work, 'results'), context)
  const kept = readResultsPlace(inputs)
  const baseline = await readBaseline()
  const knownIssues = inputs.text('known-issues') ?? plan?.jobs.report.known_issues ?? undefined
  const request: ReportRequest = {
    baseline: baseline.folders,
    current,
    failOn: readFailOn(inputs, plan),
    outputDir: inputs.text('output-dir') ?? join(work, 'report'),
    title: inputs.text('title') ?? plan?.jobs.name ?? 'Kernel test report',
    allowIncomplete: true,
    link: event.runUrl,
    showCommand: (command) => commandElsewhere(command, event),
    currentName: inputs.text('current-name') ?? nameOf(event),
    ...defined({
      baselineName: baseline.name,
      knownIssues: knownIssues && resolve(plan?.files ?? '.', knownIssues),
      expected: plan && expectedCells(plan.jobs),
      maintainers: inputs.text('maintainers'),
    }),
  }
  return {
    event,
    token,
    scope,
    upload: inputs.flag('upload', false),
    retentionDays: inputs.positive('retention-days'),
    comment: inputs.flag('comment', false),
    check: inputs.flag('check', false),
    issues: inputs.flag('issues', false),
    results: inputs.flag('push-results', false) ? needPlace(kept) : undefined,
    request,
  }

  async function readBaseline(): Promise<{ folders: readonly string[]; name: string | undefined }> {
    const folders = inputs.lines('baseline')
    if (folders[0] === 'none') return { folders: [], name: undefined }
    if (folders[0]?.startsWith('results@') === true) {
      const which = folders[0].slice('results@'.length)
      return pullResults(needPlace(kept), which, join(work, 'results-repository'), environment, context)
    }
    if (folders[0] !== 'auto') return { folders, name: inputs.text('baseline-name') }
    context.reporter.section('Find the baseline')
    const octokit = connect(inputs.required('token'), event.apiUrl, context.reporter)
    const named = inputs.words('baseline-runs').map(readNamedRun)
    const place = [octokit, event, event.workflow, scope, inputs.required('token')] as const
    const runs = await (named.length > 0 ? findNamedBaseline(...place, named) : findBaseline(...place))
    const cells = await fetchBaseline(artifactStore, runs, join(work, 'baseline'), context)
    return { folders: cells, name: runs[0]?.commit.slice(0, 12) }
  }
}

/** `RUN@COMMIT`. */
function readNamedRun(word: string): { id: number; commit: string } {
  const [, id, commit] = /^(\d+)@([0-9a-f]{12,64})$/.exec(word) ?? []
  if (id !== undefined && commit !== undefined) return { id: Number(id), commit }
  throw new LkftError('BAD_ARGUMENT', `input baseline-runs has '${word}'; each must be RUN@COMMIT`)
}

function readFailOn(inputs: InputReader, plan: PlanFolder | undefined): readonly FailOn[] {
  const words = inputs.text('fail-on') === undefined ? plan?.jobs.report.fail_on : inputs.words('fail-on')
  const names = words ?? ['regression']
  return names
    .filter((name) => name !== 'none')
    .map((name) => {
      const known = failOnNames.find((each) => each === name)
      if (known === undefined) throw unknownName('value of fail-on', name, failOnNames)
      return known
    })
}

function nameOf({ pullRequest, sha }: RunEvent): string {
  const commit = (pullRequest?.headSha ?? sha).slice(0, 12)
  return pullRequest === null ? commit : `pull request ${pullRequest.number} at ${commit}`
}
