import { exitCodeOfError, exitCodeOfVerdict, type Verdict, worstExitCode } from '#errors/exit-code'
import { toLkftError } from '#errors/lkft-error'
import type { Report } from '#schema/documents'

/** How one cell of a plan ended. */
export interface CellOutcome {
  readonly kind: 'build' | 'boot' | 'lab'
  readonly name: string
  readonly directory: string
  /** `null` when the cell could not be started. */
  readonly verdict: Verdict | null
  /** One line that says why the verdict is not pass. */
  readonly reason: string | null
  /** Finished by an earlier run. */
  readonly resumed: boolean
  readonly seconds: number
  readonly exitCode: number
}

/** How a whole plan ended. */
export interface PlanOutcome {
  readonly name: string
  readonly directory: string
  readonly cells: readonly CellOutcome[]
  readonly report: { readonly directory: string; readonly verdict: Report['verdict']; readonly summary: string } | null
  readonly exitCode: number
}

interface StageRecord {
  readonly verdict: Verdict | null
  readonly cause: { readonly message: string } | null
  readonly duration_seconds: number
  readonly kernel_started?: boolean
}

type CellName = Pick<CellOutcome, 'kind' | 'name' | 'directory'>

export function outcomeOfRecord(cell: CellName, record: StageRecord, resumed: boolean): CellOutcome {
  return {
    ...cell,
    verdict: record.verdict,
    reason: record.cause?.message ?? null,
    resumed,
    seconds: record.duration_seconds,
    exitCode: record.verdict === null ? 3 : exitCodeOfVerdict(record.verdict, record.kernel_started ?? true),
  }
}

export function outcomeOfError(cell: CellName, thrown: unknown): CellOutcome {
  const error = toLkftError(thrown)
  const hint = error.hint === undefined ? '' : ` ${error.hint}`
  const reason = `${error.message}${hint} [${error.code}]`
  return { ...cell, verdict: null, reason, resumed: false, seconds: 0, exitCode: exitCodeOfError(error) }
}

/** A run that cannot start because its build has no kernel; the build's own exit code counts already. */
export function outcomeWithoutBuild(cell: CellName, build: string): CellOutcome {
  return { ...cell, verdict: null, reason: `its build ${build} has no kernel`, resumed: false, seconds: 0, exitCode: 0 }
}

/**
 * The exit code of a plan. With a baseline the report judges failures (a known
 * one does not fail the plan again); without, each failing cell counts. What is
 * the caller's or the machine's fault counts either way; 1 outranks 3.
 */
export function exitCodeOfPlan(cells: readonly CellOutcome[], reportCode: number, hasBaseline: boolean): number {
  const counted = hasBaseline ? cells.filter(({ exitCode }) => exitCode !== 1) : cells
  return worstExitCode([...counted.map(({ exitCode }) => exitCode), reportCode])
}

/** Lines for a person, after the work. */
export function describeOutcome({ name, directory, cells, report, exitCode }: PlanOutcome): readonly string[] {
  const width = cells.reduce((most, cell) => Math.max(most, cell.name.length), 0)
  return [
    `${name}: ${cells.filter(({ verdict }) => verdict === 'pass').length} of ${cells.length} cells passed`,
    ...cells.map((cell) => {
      const time = cell.resumed ? 'earlier' : `${cell.seconds.toFixed(1)} s`
      const why = cell.reason === null ? '' : `  ${cell.reason.split('\n', 1)[0]}`
      return `  ${cell.kind.padEnd(5)}  ${cell.name.padEnd(width)}  ${(cell.verdict ?? 'not run').padEnd(9)}  ${time}${why}`
    }),
    ...(report === null
      ? []
      : [`report: ${report.verdict}: ${report.summary}`, `        ${report.directory}/report.md`]),
    `results: ${directory} (exit code ${exitCode})`,
  ]
}
