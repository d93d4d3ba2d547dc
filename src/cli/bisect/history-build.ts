import { type BuildRequest, completeBuildRequest } from '#build/build-request'
import { requestFromFlags } from '#cli/build-request'

/** Options of commands that build commits of a history. */
export interface HistoryBuildFlags {
  readonly source: string
  readonly buildDir?: string
  readonly targetArch?: string
  readonly toolchain?: string
  readonly llvm?: boolean
  readonly kconfig: string
  readonly kconfigAdd: readonly string[]
  readonly makeVariable: readonly string[]
  readonly runtime: string
  readonly image?: string
  readonly wrapper: string
  readonly jobs?: string
}

/** The build that every commit gets. @throws LkftError BAD_ARGUMENT */
export function readHistoryBuild(
  flags: HistoryBuildFlags,
  outputDir: string,
  targets: readonly string[],
): BuildRequest {
  const none = { environment: [], preBuildHook: [], postBuildHook: [], resultsHook: [] }
  const read = requestFromFlags(targets, {
    ...none,
    compressionType: 'zstd',
    lockFile: 'lkft.lock',
    ...flags,
    outputDir,
  })
  // `timeout` limits the runs, not the builds.
  return completeBuildRequest({ ...read, timeoutSeconds: undefined })
}
