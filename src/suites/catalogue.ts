import { unknownName } from '#errors/nearest-names'
import type { Suite } from '#suites/suite'

/** The suites, sorted by name. */
export const suites: readonly Suite[] = [
  {
    name: 'boot',
    kind: 'boot',
    summary: 'the kernel starts, reaches its init and says nothing bad on the way',
    timeoutMinutes: 15,
    needsKconfig: [],
    needsPrograms: [],
    devices: [],
    parameters: {},
  },
  {
    name: 'commands',
    kind: 'commands',
    summary: 'your own shell commands, one test each',
    timeoutMinutes: 2,
    needsKconfig: [],
    needsPrograms: [],
    devices: [],
    parameters: {},
  },
  {
    name: 'kunit',
    kind: 'kunit',
    summary: 'KUnit tests built into the kernel, then those in modules',
    timeoutMinutes: 20,
    needsKconfig: ['KUNIT'],
    needsPrograms: [],
    devices: [],
    parameters: {},
  },
]

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
