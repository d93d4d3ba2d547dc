/**
 * How a suite's tests are listed, run and read. `boot` needs no command, `kunit`
 * reads KTAP from the console, `commands` takes the user's own; `elsewhere` runs
 * only on devices that lkft does not drive; `shell` is a person at the console; the others have a script of that name
 * in rootfs/suites.
 */
export type SuiteKind =
  | 'boot'
  | 'commands'
  | 'elsewhere'
  | 'kselftest'
  | 'kunit'
  | 'lava'
  | 'ltp'
  | 'mmtests'
  | 'modules'
  | 'programs'
  | 'rcutorture'
  | 'shell'
  | 'xfstests'

/** One suite: facts, no behaviour. */
export interface Suite {
  readonly name: string
  readonly kind: SuiteKind
  readonly summary: string
  readonly timeoutMinutes: number
  /** Kernel options without which it cannot run, e.g. `KUNIT`. */
  readonly needsKconfig: readonly string[]
  /** Programs (names) and folders (paths) that the root file system must hold. */
  readonly needsPrograms: readonly string[]
  /** Device name globs it can run on; all when empty. */
  readonly devices: readonly string[]
  /** What the guest script gets in its environment, e.g. the kselftest collection. */
  readonly parameters: Readonly<Record<string, string>>
}
