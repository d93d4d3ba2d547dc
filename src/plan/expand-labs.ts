import { basename } from 'node:path'
import { asList, type BuildCell, type LabCell, type Skipped } from '#plan/cells'
import { chooseBuilds } from '#plan/choose-builds'
import { checkSuites } from '#plan/expand-boots'
import type { ExpandedBuilds } from '#plan/expand-builds'
import { expectedSuiteMinutes } from '#plan/expected-minutes'
import type { PlanOptions } from '#plan/plan-options'
import type { PlanProblems } from '#plan/plan-problems'
import { uniqueNames } from '#plan/unique-names'
import type { Plan } from '#schema/documents'

type LabEntry = NonNullable<Plan['labs']>[number]

/** All board runs of a plan: each board with each of its builds. */
export function expandLabs(
  plan: Plan,
  builds: ExpandedBuilds,
  options: PlanOptions,
  problems: PlanProblems,
): { readonly cells: LabCell[]; readonly skipped: Skipped[] } {
  const name = uniqueNames()
  const cells: LabCell[] = []
  const skipped: Skipped[] = []
  for (const [index, entry] of (plan.labs ?? []).entries()) {
    const pointer = `/labs/${index}`
    checkSuites(entry.suites, pointer, options, problems)
    const board = describeBoard(entry, pointer, options, problems)
    const chosen = chooseBuilds(asList(entry.builds), board.arch, builds, pointer, problems)
    if (chosen.length === 0) skipped.push({ kind: 'lab', name: board.name, reason: `the plan has no build for it` })
    for (const build of chosen) {
      const environment = chosen.length > 1 ? `${board.device}-${build.name}` : board.device
      const minutes = entry.suites
        .map((suite) => options.durations?.suite(environment, suite) ?? expectedSuiteMinutes(suite))
        .reduce((sum, one) => sum + one, 0)
      cells.push({
        ...toCell(entry, board.name, build),
        id: `l${cells.length + 1}`,
        environment,
        minutes,
        name: name(`${board.name}-${build.name}`),
      })
    }
  }
  return { cells, skipped }
}

function toCell(
  entry: LabEntry,
  board: string,
  build: BuildCell,
): Omit<LabCell, 'id' | 'name' | 'environment' | 'minutes'> {
  return {
    board: entry.board,
    build: build.id,
    suites: [...entry.suites],
    timeout_minutes: entry['timeout-minutes'] ?? null,
    runs_on: asList(entry['runs-on'])?.slice() ?? ['self-hosted', `board:${board}`],
  }
}

/** The board's own file knows best; the plan says it for files that are only in the lab. */
function describeBoard(
  entry: LabEntry,
  pointer: string,
  { boards, names }: PlanOptions,
  problems: PlanProblems,
): { readonly name: string; readonly device: string; readonly arch: string | undefined } {
  const file = boards?.get(entry.board)
  const name =
    file?.name ??
    basename(entry.board)
      .replace(/\.[^.]+$/, '')
      .replaceAll(/[^A-Za-z0-9._-]/g, '_')
  const wanted = entry.arch ?? file?.arch
  const arch = wanted === undefined ? undefined : names.architectures.get(wanted)
  if (wanted !== undefined && arch === undefined) {
    problems.addUnknownName(`${pointer}/arch`, 'architecture', wanted, names.architectures.keys())
  }
  return { name, device: entry.device ?? file?.device ?? name, arch }
}
