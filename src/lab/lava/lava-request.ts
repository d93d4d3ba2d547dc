/** One job on a LAVA server: what `lkft lab lava` asks for. */
export interface LavaRequest {
  /** Base URL of the server, without `/api`. */
  readonly server: string
  /** Secret of a user's API token; never shown and never written. */
  readonly token: string
  /** Job definition (YAML); `@name@` in its values is replaced. */
  readonly jobFile: string
  /** URL of a build directory, ending in `/`: gives `@build@`, `@kernel@`, `@modules@` and the run's kernel facts. */
  readonly build?: string
  /** Further values for `@name@`. */
  readonly values: Readonly<Record<string, string>>
  readonly outputDir: string
  /** What comparisons key on; the device type when absent. */
  readonly environment?: string
  readonly cacheServer?: string
  /** KTAP on the console becomes the suite `kunit`. */
  readonly kunit: boolean
  /** Seconds in which the job has to begin; no limit when absent. */
  readonly queueSeconds?: number
  /** Seconds for the whole job, queue included. */
  readonly timeoutSeconds?: number
  /** Milliseconds between looks at the server; 1000 when absent. */
  readonly pollMs?: number
}
