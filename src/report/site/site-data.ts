/*
 * The JSON files that the dashboard reads, beside the Parquet and history files. Paths are below
 * `data/` of the site: `site.json`, and for each project `<project>/builds.json`, `overview.json`, `metrics.json`,
 * `<yyyy-mm>/crashes.json`.
 */

/** `site.json`. */
export interface SiteIndex {
  readonly version: 1
  /** When the site was made; RFC 3339. */
  readonly generated: string
  readonly projects: readonly SiteProject[]
}

export interface SiteProject {
  readonly name: string
  readonly builds: number
  /** Newest first; null is a build that named none. */
  readonly branches: readonly BranchSummary[]
}

export interface BranchSummary {
  readonly branch: string | null
  readonly builds: number
  readonly newest: SiteBuild
  /** How many regressions are open that no known issue covers, and since when the oldest is. */
  readonly open: number
  readonly oldest: string | null
}

/** A build as lists show it. */
export interface SiteBuild {
  readonly id: string
  readonly created: string
  readonly branch: string | null
  readonly commit: string | null
  readonly kernel: string | null
  readonly counts: { readonly pass: number; readonly fail: number; readonly skip: number; readonly xfail: number }
  readonly environments: number
  readonly crashes: number
  /** Its Parquet file. */
  readonly file: string
}

/** `<project>/builds.json`. */
export interface ProjectBuilds {
  readonly version: 1
  readonly project: string
  /** Oldest first. */
  readonly builds: readonly SiteBuild[]
  /** History files, oldest first. */
  readonly histories: readonly { readonly month: string; readonly file: string }[]
}

/** `<project>/<yyyy-mm>/crashes.json`: by build. */
export type MonthCrashes = Readonly<Record<string, readonly SiteCrash[]>>

export interface SiteCrash {
  readonly signature: string
  readonly kind: string
  readonly title: string
  readonly environments: readonly string[]
  readonly trace: readonly string[]
}

/** `<project>/metrics.json`: what the newest builds measured. */
export interface SiteMetrics {
  readonly version: 1
  /** Builds that measured anything, oldest first. */
  readonly builds: readonly string[]
  readonly series: readonly {
    readonly environment: string
    readonly suite: string
    readonly test: string
    readonly unit: string | null
    /** One for each build; null where it was not measured. */
    readonly values: readonly (number | null)[]
  }[]
}

/** `<project>/overview.json`: what is computed over the newest builds of each branch. */
export interface Overview {
  readonly version: 1
  readonly branches: readonly BranchOverview[]
  readonly knownIssues: readonly SiteKnownIssue[]
}

export interface BranchOverview {
  readonly branch: string | null
  /** How many of its newest builds were looked at. */
  readonly builds: number
  /** Longest open first; at most `mostListed`. */
  readonly regressions: readonly OpenRegression[]
  readonly regressionCount: number
  readonly flakiest: readonly FlakyTest[]
  readonly suites: readonly { readonly suite: string; readonly fails: number; readonly results: number }[]
}

/** A test or crash that was not there before, in all environments that it began in with the same build. */
export interface OpenRegression {
  readonly kind: 'test' | 'crash'
  /** Of a crash its kind. */
  readonly suite: string
  /** Of a crash its title. */
  readonly test: string
  readonly environments: readonly string[]
  readonly firstBad: string
  /** When the first bad build was made. */
  readonly since: string
  readonly lastGood: string | null
  /** Letters of `statusLetters` for the newest builds in the first environment, oldest first; empty for a crash. */
  readonly history: string
  readonly knownIssue: { readonly title: string; readonly url: string | null } | null
}

export interface FlakyTest {
  readonly environment: string
  readonly suite: string
  readonly test: string
  readonly runs: number
  readonly fails: number
  readonly flips: number
  readonly low: number
  readonly high: number
  readonly history: string
}

export interface SiteKnownIssue {
  readonly title: string
  readonly test: string | null
  readonly crash: string | null
  readonly environments: readonly string[]
  readonly since: string | null
  readonly until: string | null
  readonly url: string | null
  readonly owner: string | null
  readonly intermittent: boolean
  readonly active: boolean
}
