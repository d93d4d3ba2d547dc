/** Minutes on a hosted runner with four cores, until a run has recorded its own. */
const buildMinutes: readonly (readonly [pattern: RegExp, minutes: number])[] = [
  [/^allmodconfig$/, 90],
  [/^allyesconfig$/, 100],
  [/^tinyconfig$/, 2],
  [/^allnoconfig$/, 2],
  [/^randconfig$/, 30],
  [/^defconfig$/, 15],
]

/** Minutes that a build of a base configuration takes, roughly. */
export function expectedBuildMinutes(kconfig: string): number {
  return buildMinutes.find(([pattern]) => pattern.test(kconfig))?.[1] ?? 20
}

/** Minutes that one suite takes on a virtual device, roughly; a boot without suites is one of them. */
export function expectedSuiteMinutes(suite: string): number {
  if (suite === 'boot') return 1
  if (suite.startsWith('kunit')) return 2
  return suite.startsWith('ltp') || suite.startsWith('kselftest') ? 15 : 5
}
