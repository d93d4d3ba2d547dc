import { readKnownIssues } from '#report/load-known-issues'
import type { CompareRequest } from '#report/compare-results'
import { compareSquad, type SquadComparison } from '#report/squad/compare-squad'
import { squadKnowledge } from '#report/squad/known-issues'
import { readRows } from '#results/read-rows'

/**
 * SQUAD 1.89's answer for two NDJSON files of plain results.
 *
 * @throws LkftError BAD_DOCUMENT naming file, line and field
 */
export async function compareFilesSquad({ baseline, current, knownIssues }: CompareRequest): Promise<SquadComparison> {
  const known = knownIssues === undefined ? {} : await readKnownIssues(knownIssues)
  return compareSquad(readRows(baseline), readRows(current), squadKnowledge(known))
}

/** The answer as lines for a terminal. */
export function describeSquad({ regressions, fixes }: SquadComparison): string[] {
  return [...section('Regressions', regressions), ...section('Fixes', fixes)]
}

function* section(title: string, lists: SquadComparison['regressions']): Generator<string, void, void> {
  const entries = Object.entries(lists)
  yield entries.length === 0 ? `No ${title.toLowerCase()}` : `${title}:`
  for (const [environment, names] of entries) {
    yield `  ${environment}`
    for (const name of names) yield `    ${name}`
  }
}
