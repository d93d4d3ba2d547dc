import { join } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import type { BuildRequest } from '#build/build-request'
import {
  buildDirectory,
  type CellPlaces,
  runDirectory,
  toBootRequest,
  toBuildRequest,
  toLabRequest,
} from '#cli/run/cell-requests'
import { findFinishedCells, type FinishedCells } from '#cli/run/finished-cells'
import {
  type CellOutcome,
  exitCodeOfPlan,
  outcomeOfError,
  outcomeOfRecord,
  outcomeWithoutBuild,
  type PlanOutcome,
} from '#cli/run/outcome'
import { createStageDirectory } from '#files/stage-directory'
import { writeJsonAtomic } from '#files/write-atomic'
import type { LabRequest } from '#lab/lab-request'
import type { StageContext } from '#log/reporter'
import { expectedCells } from '#plan/expected-cells'
import type { ReportRequest } from '#report/report-request'
import type { Build, Jobs, Report, Run } from '#schema/documents'

/** The stages that a plan runs through. */
export interface Stages {
  readonly build: (request: BuildRequest, context: StageContext) => Promise<Build>
  readonly boot: (request: BootRequest, context: StageContext) => Promise<Run>
  readonly lab: (request: LabRequest, context: StageContext) => Promise<Run>
  readonly report: (request: ReportRequest, context: StageContext) => Promise<Report>
  readonly exitCodeOfReport: (report: Report, failOn: ReportRequest['failOn']) => number
}

export interface PlanRun {
  readonly jobs: Jobs
  readonly places: CellPlaces
  /** Directories of the baseline's runs and builds. */
  readonly baseline: readonly string[]
  /** Leaves cells that an earlier run finished. */
  readonly resume: boolean
  readonly knownIssues?: string | undefined
}

interface CellWork {
  readonly plan: PlanRun
  readonly stages: Stages
  readonly finished: FinishedCells
  readonly context: StageContext
}

/**
 * Runs every cell of a plan on this machine, one after another, each build
 * followed by its runs; a failing cell stops no other. Then compares and reports.
 *
 * @throws LkftError NOT_WRITABLE, and whatever interrupted it
 */
export async function runPlan(plan: PlanRun, stages: Stages, context: StageContext): Promise<PlanOutcome> {
  const { jobs, places } = plan
  await createStageDirectory(places.outputDir)
  const noEarlier: FinishedCells = { build: async () => undefined, run: async () => undefined }
  const finished = plan.resume ? await findFinishedCells(jobs, places.outputDir) : noEarlier
  await writeJsonAtomic(join(places.outputDir, 'jobs.json'), jobs)
  const work: CellWork = { plan, stages, finished, context }
  const cells: CellOutcome[] = []
  for (const cell of jobs.builds) {
    if (context.signal.aborted) break
    const built = await buildCell(cell, work)
    cells.push(built)
    cells.push(...(await runCells(cell.id, built, work)))
  }
  cells.push(...(await runCells(null, undefined, work)))
  context.signal.throwIfAborted()
  const report = await writeReport(cells, work)
  return {
    name: jobs.name,
    directory: places.outputDir,
    cells,
    report: report.shown,
    exitCode: exitCodeOfPlan(cells, report.exitCode, plan.baseline.length > 0),
  }
}

async function buildCell(cell: Jobs['builds'][number], work: CellWork): Promise<CellOutcome> {
  const { places } = work.plan
  const named = { kind: 'build' as const, name: cell.name, directory: buildDirectory(places, cell) }
  const earlier = await work.finished.build(cell, named.directory)
  if (earlier !== undefined) return outcomeOfRecord(named, earlier, true)
  return attempt(named, work, (context) => work.stages.build(toBuildRequest(cell, places), context))
}

async function runCells(build: string | null, built: CellOutcome | undefined, work: CellWork): Promise<CellOutcome[]> {
  const { jobs, places } = work.plan
  const outcomes: CellOutcome[] = []
  const boots = jobs.boots.map((cell) => ({ kind: 'boot' as const, cell }))
  const labs = jobs.labs.map((cell) => ({ kind: 'lab' as const, cell }))
  for (const one of [...boots, ...labs].filter(({ cell }) => cell.build === build)) {
    if (work.context.signal.aborted) break
    const { kind, cell } = one
    const named = { kind, name: cell.name, directory: runDirectory(places, cell) }
    if (built !== undefined && built.verdict !== 'pass') {
      outcomes.push(outcomeWithoutBuild(named, built.name))
      continue
    }
    const earlier = built?.resumed === false ? undefined : await work.finished.run(cell, named.directory)
    if (earlier !== undefined) {
      outcomes.push(outcomeOfRecord(named, earlier, true))
      continue
    }
    const from = built?.directory
    const start = (context: StageContext): Promise<Run> =>
      one.kind === 'boot'
        ? work.stages.boot(toBootRequest(one.cell, from, places), context)
        : work.stages.lab(toLabRequest(one.cell, from ?? '', places), context)
    outcomes.push(await attempt(named, work, start))
  }
  return outcomes
}

/** Runs one cell; what it throws is its outcome, unless the user interrupted. */
async function attempt(
  named: Pick<CellOutcome, 'kind' | 'name' | 'directory'>,
  { context }: CellWork,
  start: (context: StageContext) => Promise<Build | Run>,
): Promise<CellOutcome> {
  context.reporter.section(`${named.kind} ${named.name}`)
  try {
    const outcome = outcomeOfRecord(named, await start(context), false)
    context.reporter.info(`${named.kind} ${named.name}: ${outcome.verdict ?? 'unfinished'}`)
    return outcome
  } catch (error) {
    context.signal.throwIfAborted()
    const outcome = outcomeOfError(named, error)
    context.reporter.error(`${named.kind} ${named.name}: ${outcome.reason ?? ''}`)
    return outcome
  }
}

async function writeReport(
  cells: readonly CellOutcome[],
  { plan, stages, context }: CellWork,
): Promise<{ readonly shown: PlanOutcome['report']; readonly exitCode: number }> {
  const { jobs, places, baseline, knownIssues } = plan
  const current = cells.filter(({ verdict }) => verdict !== null).map(({ directory }) => directory)
  if (current.length === 0) return { shown: null, exitCode: 0 }
  const failOn = (jobs.report.fail_on ?? ['regression']) as ReportRequest['failOn']
  const outputDir = join(places.outputDir, 'report')
  const report = await stages.report(
    {
      baseline,
      current,
      expected: expectedCells(jobs),
      failOn,
      outputDir,
      title: jobs.name,
      allowIncomplete: true,
      ...(knownIssues === undefined ? {} : { knownIssues }),
    },
    context,
  )
  const shown = { directory: outputDir, verdict: report.verdict, summary: report.summary }
  return { shown, exitCode: stages.exitCodeOfReport(report, failOn) }
}
