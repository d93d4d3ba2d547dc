import type { CrashKind } from '#console/crash-patterns'

/** Follows on the console which test runs and which splats it declared. */
export interface RunningTest {
  /** Takes a line's text, and whether it holds one of `testAnchors`. */
  push(text: string, told: boolean): void
  /** `suite/test`, as far as the console says. */
  readonly name: string | null
  /** A caller who knows better names the test; null hands it back to the console. */
  set(name: string | null): void
  /** The test that runs now provokes such events on purpose. */
  expects(kind: CrashKind): boolean
}

/** KUnit suites whose cases make the reports of these kinds happen. */
const provoking: ReadonlyMap<string, ReadonlySet<CrashKind>> = new Map<string, ReadonlySet<CrashKind>>([
  ['kasan', new Set<CrashKind>(['kasan', 'ubsan', 'warning'])],
  ['kcsan', new Set<CrashKind>(['kcsan'])],
  ['kfence', new Set<CrashKind>(['kfence'])],
  ['kmsan', new Set<CrashKind>(['kmsan'])],
])

/** Text that tells which test starts or ended, looked for before anything else. */
export const testAnchors: readonly string[] = [
  '# Subtest: ',
  '# selftests: ',
  'LAVA_SIGNAL_',
  'Performing direct entry ',
  'expect',
]

/** Lines after lkdtm's announcement in which its splat begins. */
const announcementHolds = 40

/** Starts without a test. */
export function followRunningTest(): RunningTest {
  let given: string | null = null
  let suite: string | null = null
  let test: string | null = null
  let announced = 0

  return {
    push: (text, told) => {
      if (announced > 0) announced -= 1
      if (!told) return
      const direct = /^lkdtm: Performing direct entry (\w+)/.exec(text)
      if (direct !== null) announced = announcementHolds
      if (/^\s*#\s*\S+: .*\bexpect(?:ed|ing|s)?\b.*(?:splat|warning|oops|crash|report|below|follow)/i.test(text))
        announced = announcementHolds
      const subtest = /^\s*# Subtest: (\S+)/.exec(text)
      if (subtest !== null) [suite, test] = [subtest[1] ?? null, null]
      else if (/^(?:not )?ok \d+ /.test(text)) [suite, test, announced] = [null, null, 0]
      const selftest = /^(?:# )?selftests: (\S+?): (\S+)\s*$/.exec(text)
      if (selftest !== null) [suite, test] = [`kselftest-${selftest[1]}`, selftest[2] ?? null]
      const signal = /^<?LAVA_SIGNAL_(START|END)TC (\S+?)>?\s*$/.exec(text)
      if (signal !== null) [suite, test] = signal[1] === 'START' ? ['lava', signal[2] ?? null] : [null, null]
    },
    get name() {
      if (given !== null) return given
      if (suite === null) return test
      return test === null ? suite : `${suite}/${test}`
    },
    set: (name) => {
      given = name
    },
    expects: (kind) => announced > 0 || (suite !== null && provoking.get(suite)?.has(kind) === true),
  }
}
