import type { BuildCell } from '#plan/cells'
import type { ExpandedBuilds } from '#plan/expand-builds'
import { nameMatcher } from '#plan/match-name'
import type { PlanProblems } from '#plan/plan-problems'

/**
 * The builds that a device or board of an architecture runs: those the patterns
 * name, or all of the architecture. A name without `*` must exist and be of the
 * architecture.
 *
 * @param arch `undefined` when nobody knows the board's architecture
 */
export function chooseBuilds(
  patterns: readonly string[] | undefined,
  arch: string | undefined,
  builds: ExpandedBuilds,
  pointer: string,
  problems: PlanProblems,
): BuildCell[] {
  const chosen = new Set<BuildCell>()
  const fits = (cell: BuildCell): boolean => arch === undefined || cell.target_arch === arch
  for (const pattern of patterns ?? ['*']) {
    const matches = nameMatcher(pattern)
    const found = builds.named.filter(({ name }) => matches(name))
    for (const { cell } of found) if (fits(cell)) chosen.add(cell)
    if (patterns === undefined || pattern.includes('*')) continue
    const names = builds.named.map(({ name }) => name)
    if (found.length === 0) problems.addUnknownName(`${pointer}/builds`, 'build', pattern, names)
    const wrong = found.find(({ cell }) => !fits(cell))
    if (wrong === undefined) continue
    problems.add(`${pointer}/builds`, `'${pattern}' is built for ${wrong.cell.target_arch}, this needs ${arch}`)
  }
  return [...chosen]
}
