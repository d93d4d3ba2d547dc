import { dirname } from 'node:path'
import type { BuildPaths } from '#build/build-paths'
import type { BuildRuntime } from '#build/build-runtime'

/** Runs everything on this machine as it is. */
export function nullRuntime(paths: BuildPaths): BuildRuntime {
  return {
    seen: paths,
    packaging: { build: paths.build, beside: dirname(paths.build) },
    startCommands: () => [],
    start: async () => {},
    wrap: (command) => command,
    wrapInteractive: (command) => command,
    container: () => null,
    explainFailure: async () => undefined,
    [Symbol.asyncDispose]: async () => {},
  }
}
