import { stat } from 'node:fs/promises'
import type { StageContext } from '#log/reporter'
import { compareCrashes } from '#report/compare-crashes'
import { listEnvironments } from '#report/environments'
import { readResults } from '#report/read-results'
import { readSide, type Side } from '#report/read-side'
import { indexKnownIssues } from '#results/known-issues'
import { addMeasurement, type MetricTable } from '#results/metrics/metric-table'
import { type StoredMetric, toStoredMetrics } from '#results/repository/metrics-file'
import { toBuildTable } from '#results/repository/build-table'
import type { IndexedBuild } from '#results/repository/layout'
import type { ResultsStore } from '#results/repository/results-store'
import { nameBuild, storeBuild } from '#results/repository/store'

/** What `lkft results push` writes where. */
export interface PushRequest {
  readonly store: ResultsStore
  readonly project: string
  /** Run and build directories, or folders of them, of one build of the tree; or one file of results. */
  readonly current: readonly string[]
  readonly buildBranch?: string
  readonly commit?: string
  readonly created?: Date
  /** Take what cut-off runs have instead of refusing them. */
  readonly allowIncomplete?: boolean
}

export interface PushResult {
  readonly id: string
  readonly results: number
  readonly attempts: number
}

/**
 * Adds the results of one build to a results repository: one commit, retried over
 * what others write at the same time.
 *
 * @throws LkftError BAD_ARGUMENT, BAD_DOCUMENT, STAGE_UNFINISHED, CHILD_FAILED
 */
export async function pushResults(request: PushRequest, context: StageContext): Promise<PushResult> {
  const { store, project, current } = request
  context.reporter.section('Reading results')
  const side = await readCurrent(current, request.allowIncomplete === true, context)
  const created = (request.created ?? new Date()).toISOString()
  const kernel = side.runs.find(({ record }) => record.kernel.release !== null)?.record.kernel.release ?? null
  const commit = request.commit ?? side.runs.find(({ record }) => record.kernel.commit !== null)?.record.kernel.commit
  const table = toBuildTable(side.results)
  const build = {
    project,
    table,
    id: nameBuild(created, kernel, commit ?? null),
    created,
    branch: request.buildBranch ?? null,
    commit: commit ?? null,
    kernel,
    measured: measure(side),
    ...summarise(side),
  }
  context.reporter.section(`Writing to ${store.name}`)
  const message = `Add ${build.id} to ${project}\n\n${table.length} results`
  const attempts = await store.commit(message, storeBuild(build), context)
  return { id: build.id, results: table.length, attempts }
}

/** One file of results, of lkft or of another tool, or folders of runs. */
async function readCurrent(paths: readonly string[], allowIncomplete: boolean, context: StageContext): Promise<Side> {
  const [path = ''] = paths
  const isFile = paths.length === 1 && (await stat(path).catch(() => undefined))?.isFile() === true
  if (isFile) return readResults(path, context)
  return readSide(paths, { option: '--current', allowIncomplete }, context)
}

/** What suites measured, and how long each environment took to boot. */
function measure({ metrics, runs }: Side): StoredMetric[] {
  const table: MetricTable = new Map(metrics)
  for (const [kernel, { record }] of runs.entries()) {
    const { boot_seconds: shell, milestones = [] } = record.timings
    const steps = milestones.map(({ name, seconds }) => [`boot_${name}_seconds`, seconds] as const)
    for (const [test, value] of [['boot_seconds', shell] as const, ...steps]) {
      if (value === null) continue
      addMeasurement(table, { environment: record.environment, suite: 'run', test, kernel, value, unit: 's' })
    }
  }
  return toStoredMetrics(table)
}

function summarise(side: Side): Pick<IndexedBuild, 'counts' | 'environments' | 'crashes'> {
  const environments = listEnvironments(side)
  const counts = { pass: 0, fail: 0, skip: 0, xfail: 0 }
  for (const row of environments) for (const name of Object.keys(counts)) add(name as keyof typeof counts, row.counts)
  const crashes = compareCrashes({ runs: [], results: new Map() }, side, indexKnownIssues([], ''), false)
  return {
    counts,
    environments: environments.map(({ name }) => name),
    crashes: crashes.map(({ crash: { signature, kind, title, trace }, environments: names }) => ({
      signature,
      kind,
      title,
      environments: names,
      trace: trace.slice(0, 12),
    })),
  }
  function add(name: keyof typeof counts, row: typeof counts): void {
    counts[name] += row[name]
  }
}
