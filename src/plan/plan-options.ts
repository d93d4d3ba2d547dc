import type { Board } from '#schema/documents'

/** The names a plan may use; the edges fill it from the tables of the stages. */
export interface PlanNames {
  /** Every name an architecture goes by, and the one it is built under. */
  readonly architectures: ReadonlyMap<string, string>
  /** Folder below arch/ that an architecture is built from, by the name it is built under. */
  readonly sourceFolders: ReadonlyMap<string, string>
  /** Architecture of the kernels that a virtual device boots, by the device's name. */
  readonly devices: ReadonlyMap<string, string>
  readonly toolchains: NameCheck
  readonly suites: NameCheck
}

/** Names that follow a pattern (`gcc-14`, `kunit:ext4`) and cannot all be listed. */
interface NameCheck {
  readonly accepts: (name: string) => boolean
  /** Examples to find the nearest among. */
  readonly known: readonly string[]
}

/** How long things took last time, in minutes; `undefined` when nobody knows. */
export interface RecordedDurations {
  readonly build: (name: string) => number | undefined
  readonly suite: (environment: string, suite: string) => number | undefined
}

export interface PlanOptions {
  readonly names: PlanNames
  /** Where a place of the plan is written, for messages: JSON pointer to `lkft.yaml:7`. */
  readonly place?: (pointer: string) => string
  /** Board files that could be read, by the path the plan gives. */
  readonly boards?: ReadonlyMap<string, Board>
  readonly durations?: RecordedDurations
  /** Paths that the push or pull request changes; everything is built when absent. */
  readonly changedPaths?: readonly string[]
  /** Commits of the pull request, oldest first, for builds with `per-commit`. */
  readonly commits?: readonly string[]
}
