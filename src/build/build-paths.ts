/** The three folders of a build: as the host names them, or as the build sees them. */
export interface BuildPaths {
  readonly source: string
  readonly build: string
  readonly output: string
}
