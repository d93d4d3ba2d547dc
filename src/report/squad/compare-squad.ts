import type { SquadKnowledge } from '#report/squad/known-issues'
import { squadName } from '#report/squad/test-name'
import type { ResultRow } from '#results/read-rows'

/** What SQUAD answers: names of tests by environment; environments without any are left out. */
export interface SquadComparison {
  readonly regressions: Readonly<Record<string, readonly string[]>>
  readonly fixes: Readonly<Record<string, readonly string[]>>
}

/** Rows as they come, many together. */
type RowBatches = AsyncIterable<readonly ResultRow[]> | Iterable<readonly ResultRow[]>

type Knowledge = (environment: string, fullName: string) => SquadKnowledge

/** What the rows of one build said of a test, several rows of one test together. */
interface Seen {
  hasPass: boolean
  hasFail: boolean
}

/**
 * Compares two builds as SQUAD 1.89 does where it looks for regressions (status,
 * mails, the compare API): a regression is any pair of a pass in the baseline and a
 * failure without known issue in the target, a fix any pair of a failure and a pass
 * unless an intermittent known issue covers the baseline's failure. A test with
 * several results may so be both. Skips and absent tests are never anything.
 */
export async function compareSquad(
  baseline: RowBatches,
  target: RowBatches,
  knowledge: Knowledge,
): Promise<SquadComparison> {
  const before = await collect(baseline)
  const after = await collect(target)
  const regressions = new Map<string, string[]>()
  const fixes = new Map<string, string[]>()
  for (const [environment, tests] of after) {
    for (const [name, now] of tests) {
      const was = before.get(environment)?.get(name)
      if (was === undefined) continue
      const isRegression = was.hasPass && now.hasFail && !knowledge(environment, name).hasKnownIssues
      const isFix = was.hasFail && now.hasPass && !knowledge(environment, name).isIntermittent
      if (isRegression) push(regressions, environment, name)
      if (isFix) push(fixes, environment, name)
    }
  }
  return { regressions: inOrder(regressions), fixes: inOrder(fixes) }
}

async function collect(batches: RowBatches): Promise<Map<string, Map<string, Seen>>> {
  const environments = new Map<string, Map<string, Seen>>()
  for await (const rows of batches) for (const row of rows) note(environments, row)
  return environments
}

function note(environments: Map<string, Map<string, Seen>>, { environment, suite, test, status }: ResultRow): void {
  const result = status?.toLowerCase()
  if (result !== 'pass' && result !== 'fail') return
  const name = squadName(suite, test)
  if (name === undefined) return
  let tests = environments.get(environment)
  if (tests === undefined) environments.set(environment, (tests = new Map()))
  let seen = tests.get(name)
  if (seen === undefined) tests.set(name, (seen = { hasPass: false, hasFail: false }))
  if (result === 'pass') seen.hasPass = true
  else seen.hasFail = true
}

function push(lists: Map<string, string[]>, environment: string, name: string): void {
  const list = lists.get(environment)
  if (list === undefined) lists.set(environment, [name])
  else list.push(name)
}

/** Environments and names by code point, as SQUAD's own language sorts; no name is taken for a property of objects. */
function inOrder(lists: ReadonlyMap<string, readonly string[]>): Record<string, readonly string[]> {
  const sorted = [...lists].sort(([a], [b]) => compareCodePoints(a, b))
  return Object.fromEntries(sorted.map(([environment, names]) => [environment, [...names].sort(compareCodePoints)]))
}

function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a)
  const right = Array.from(b)
  for (const [index, character] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const difference = (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
