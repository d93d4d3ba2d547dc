import type { StageContext } from '#log/reporter'
import { classify, isSure } from '#report/classify'
import { readSide } from '#report/read-side'
import { isUnsteady, lastKnown } from '#results/observation'
import { eachObservation, findObservation } from '#results/result-table'
import { splitWords } from '#report/confirm/split-words'

/** An environment with regressions that one bad run may explain, and how its runs are repeated. */
export interface Candidate {
  readonly environment: string
  readonly suites: readonly string[]
  readonly tests: number
  /** Words of `lkft boot` without an output directory, for either kernel. */
  readonly baseline: readonly string[]
  readonly current: readonly string[]
}

export interface Candidates {
  readonly found: readonly Candidate[]
  /** Environments that cannot be repeated, with the reason. */
  readonly left: readonly string[]
}

/**
 * What is worth running again: tests that passed before and fail now, be they steady
 * or flaky, as far as the runs at hand do not settle it.
 *
 * @throws LkftError BAD_ARGUMENT, BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function findCandidates(
  baseline: readonly string[],
  current: readonly string[],
  context: StageContext,
): Promise<Candidates> {
  const before = await readSide(baseline, { option: '--baseline', allowIncomplete: false }, context)
  const after = await readSide(current, { option: '--current', allowIncomplete: false }, context)
  const suites = new Map<string, Map<string, number>>()
  for (const { environment, suite, test, observation } of eachObservation(after.results)) {
    const was = findObservation(before.results, environment, suite, test)
    if (was === undefined || lastKnown(was.history) !== 'P') continue
    const is = classify({ before: was, after: observation, known: undefined, isCutOff: false })
    const isOpen = is === 'regression' ? !isSure(was, observation) : is === 'flaky' && isUnsteady(was.history)
    if (!isOpen) continue
    const counts = suites.get(environment) ?? new Map<string, number>()
    counts.set(suite, (counts.get(suite) ?? 0) + 1)
    suites.set(environment, counts)
  }
  const found: Candidate[] = []
  const left: string[] = []
  for (const [environment, counts] of suites) {
    const names = [...counts.keys()]
    const wordsOf = ({ runs }: typeof before): readonly string[] | undefined => {
      const newest = runs.findLast(({ record }) => record.environment === environment)?.record
      return newest?.reproduce === null ? undefined : bootWords(newest?.reproduce, names)
    }
    const [old, now] = [wordsOf(before), wordsOf(after)]
    const tests = [...counts.values()].reduce((sum, count) => sum + count, 0)
    if (old === undefined || now === undefined)
      left.push(`${environment}: its runs name no lkft boot command that repeats them`)
    else found.push({ environment, suites: names, tests, baseline: old, current: now })
  }
  return { found, left }
}

/** The words of a boot's reproducer, of its suites only those that matter where that is told. */
function bootWords(reproduce: string | undefined, suites: readonly string[]): readonly string[] | undefined {
  const [program, command, ...words] = splitWords(reproduce ?? '') ?? []
  if (program !== 'lkft' || command !== 'boot') return undefined
  const given = words.filter((_, index) => words[index - 1] === '--suite')
  const wanted = given.filter((name) => suites.includes(name))
  const dropped = (name: string): boolean => wanted.length > 0 && !wanted.includes(name)
  const kept: string[] = []
  for (let index = 0; index < words.length; index++) {
    const [word = '', next = ''] = [words[index], words[index + 1]]
    if (word === '--output-dir' || (word === '--suite' && dropped(next))) index += 1
    else kept.push(word)
  }
  return kept
}
