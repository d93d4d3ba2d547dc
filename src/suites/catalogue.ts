import { unknownName } from '#errors/nearest-names'
import { elsewhereSuites } from '#suites/rows/elsewhere'
import { kselftestSuites } from '#suites/rows/kselftest'
import { linuxSuites } from '#suites/rows/linux'
import { ltpSuites } from '#suites/rows/ltp'
import { mmtestsSuites } from '#suites/rows/mmtests'
import type { Suite } from '#suites/suite'

/** The suites, sorted by name: every one of TuxRun's, and `boot`. */
export const suites: readonly Suite[] = [
  ...elsewhereSuites,
  ...kselftestSuites,
  ...linuxSuites,
  ...ltpSuites,
  ...mmtestsSuites,
].sort((one, other) => (one.name < other.name ? -1 : 1))

/** The suite of that name. @throws LkftError UNKNOWN_NAME with the nearest names */
export function findSuite(name: string): Suite {
  const suite = suites.find((row) => row.name === name)
  if (suite !== undefined) return suite
  throw unknownName(
    'suite',
    name,
    suites.map((row) => row.name),
  )
}

/** The suites that names and globs (`kselftest-*`) stand for, each once, in the order asked. */
export function findSuites(patterns: readonly string[]): readonly Suite[] {
  const found = patterns.flatMap((pattern) => (pattern.includes('*') ? matchSuites(pattern) : [findSuite(pattern)]))
  return [...new Set(found)]
}

/** What a run is to do: the suites asked for; `commands` too when there are any; test definitions; else a boot. */
export function suitesOf(
  patterns: readonly string[],
  commands: readonly string[] = [],
  definitions: readonly Suite[] = [],
): readonly Suite[] {
  const asked = commands.length > 0 ? [...patterns, 'commands'] : patterns
  return [...findSuites(asked.length === 0 && definitions.length === 0 ? ['boot'] : asked), ...definitions]
}

function matchSuites(pattern: string): readonly Suite[] {
  const expression = new RegExp(
    `^${pattern
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`,
  )
  const matched = suites.filter((row) => expression.test(row.name))
  if (matched.length > 0) return matched
  throw unknownName(
    'suite',
    pattern,
    suites.map((row) => row.name),
  )
}
