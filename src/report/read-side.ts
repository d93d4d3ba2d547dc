import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { readStage } from '#files/stage-directory'
import type { StageContext } from '#log/reporter'
import { findStages } from '#report/find-stages'
import { type DiagnosticTable, readDiagnostics } from '#report/read-diagnostics'
import { addMeasurement, type MetricTable } from '#results/metrics/metric-table'
import { readTests } from '#results/read-tests'
import { addResult, type ResultTable } from '#results/result-table'
import type { Build, Run } from '#schema/documents'

/** A run and where it was found. */
export interface SideRun {
  readonly directory: string
  readonly record: Run
}

/** A build, where it was found, and what its tools said. */
export interface SideBuild {
  readonly directory: string
  readonly record: Build
  readonly diagnostics: DiagnosticTable
}

/** All that one side of a comparison is made of. */
export interface Side {
  /** By environment, then oldest first; `Observation.run` is an index here. */
  readonly runs: readonly SideRun[]
  /** By name; of several with one name the newest. */
  readonly builds: ReadonlyMap<string, SideBuild>
  readonly results: ResultTable
  /** Measurements of tests, a value for each kernel. */
  readonly metrics: MetricTable
  /** Directories of stages that did not finish, with what became of them. */
  readonly unfinished: readonly string[]
}

export interface ReadSideOptions {
  /** Name of the option the directories come from, for errors. */
  readonly option: string
  readonly allowIncomplete: boolean
}

/**
 * Reads the run and build directories of one side; results are streamed.
 *
 * @throws LkftError BAD_ARGUMENT, BAD_DOCUMENT; STAGE_UNFINISHED unless `allowIncomplete`
 */
export async function readSide(
  directories: readonly string[],
  { option, allowIncomplete }: ReadSideOptions,
  context: StageContext,
): Promise<Side> {
  const runs: SideRun[] = []
  const builds = new Map<string, SideBuild>()
  const unfinished: string[] = []
  const note = (what: string, directory: string, state: string): void => {
    if (state !== 'done') unfinished.push(`${what} (${directory}): ${state === 'running' ? 'cut off' : 'cancelled'}`)
  }
  for (const { kind, directory } of await findStages(directories, option)) {
    context.signal.throwIfAborted()
    if (kind === 'run') {
      const record = await readStage('run', directory, { allowUnfinished: allowIncomplete })
      note(record.environment, directory, record.state)
      runs.push({ directory, record })
      continue
    }
    const record = await readStage('build', directory, { allowUnfinished: allowIncomplete })
    note(record.name, directory, record.state)
    const known = builds.get(record.name)
    if (known !== undefined && known.record.started > record.started) continue
    builds.set(record.name, { directory, record, diagnostics: await readDiagnostics(directory, record) })
  }
  runs.sort((a, b) => order(a.record, b.record))
  return { runs, builds, ...(await readResults(runs, context)), unfinished }
}

function order(a: Run, b: Run): number {
  if (a.environment !== b.environment) return a.environment < b.environment ? -1 : 1
  return a.started < b.started ? -1 : Number(a.started > b.started)
}

async function readResults(
  runs: readonly SideRun[],
  { reporter, signal }: StageContext,
): Promise<Pick<Side, 'results' | 'metrics'>> {
  const results: ResultTable = new Map()
  const metrics: MetricTable = new Map()
  let kernel = 0
  for (const [index, { directory, record }] of runs.entries()) {
    signal.throwIfAborted()
    reporter.status(`reading ${record.environment}`)
    if (index > 0 && !isSameKernel(runs[index - 1]?.record, record)) kernel += 1
    const file = join(directory, 'tests.ndjson')
    if (isEmpty(record) && !(await exists(file))) continue
    for await (const result of readTests(file, { allowCutOff: record.state !== 'done' })) {
      const { suite, test, status, message, measurement: value, unit } = result
      if (value !== undefined)
        addMeasurement(metrics, { environment: record.environment, suite, test, kernel, value, unit })
      addResult(results, record.environment, suite, test, { kernel, run: index, status, message })
    }
  }
  return { results, metrics }
}

/** Two runs of the same environment and the same kernel say of a test together whether it is steady. */
function isSameKernel(a: Run | undefined, b: Run): boolean {
  if (a?.environment !== b.environment) return false
  return a.kernel.sha256 === null ? a.kernel.release === b.kernel.release : a.kernel.sha256 === b.kernel.sha256
}

function isEmpty({ counts }: Run): boolean {
  return counts.pass + counts.fail + counts.skip + counts.xfail === 0
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
