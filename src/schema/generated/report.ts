// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * RFC 3339 time in UTC
 */
export type Time = string

/**
 * report.json: the comparison of current results with a baseline
 */
export interface Report {
  version: 1
  kind: 'report'
  title: string
  verdict: 'pass' | 'regression' | 'fail' | 'incomplete' | 'first-run' | 'infra'
  /**
   * one sentence
   */
  summary: string
  created: Time
  baseline: {
    name: string
    kernel: string | null
    runs: number
    builds: number
  } | null
  current: {
    name: string
    kernel: string | null
    runs: number
    builds: number
  }
  totals: {
    tests: number
    pass: number
    fail: number
    skip: number
    xfail: number
    regressions: number
    fixes: number
  }
  environments: {
    name: string
    verdict: ('pass' | 'fail' | 'crash' | 'hang' | 'timeout' | 'error' | 'infra' | 'cancelled') | null
    counts: Counts
    kernel: string | null
    cause: string | null
    duration_seconds: number
  }[]
  builds: {
    name: string
    verdict: ('pass' | 'fail' | 'crash' | 'hang' | 'timeout' | 'error' | 'infra' | 'cancelled') | null
    warnings: number
    errors: number
    duration_seconds: number
    cause: string | null
  }[]
  build_changes: {
    class: 'regression' | 'new-failure' | 'fix' | 'still-failing'
    build: string
    before: ('pass' | 'fail' | 'crash' | 'hang' | 'timeout' | 'error' | 'infra' | 'cancelled') | null
    after: ('pass' | 'fail' | 'crash' | 'hang' | 'timeout' | 'error' | 'infra' | 'cancelled') | null
    message: string | null
    reproduce: string | null
  }[]
  changes: {
    class:
      'regression' | 'fix' | 'still-failing' | 'new-failure' | 'lost' | 'new-skip' | 'flaky' | 'known-issue' | 'missing'
    /**
     * @minItems 1
     */
    environments: [string, ...string[]]
    suite: string
    test: string
    /**
     * status in the baseline
     */
    before: string | null
    /**
     * status now
     */
    after: string | null
    message: string | null
    known_issue: {
      title: string
      url: string | null
    } | null
    reproduce: string | null
    /**
     * what was seen, e.g. passed in 1 of 1 baseline runs, failed in 1 of 1 now
     */
    evidence: string
    /**
     * of a regression: seen often enough on both kernels that chance is no explanation, in every environment
     */
    confirmed?: boolean
  }[]
  crash_changes: {
    class: 'regression' | 'new-failure' | 'still-failing' | 'fix' | 'known-issue'
    /**
     * @minItems 1
     */
    environments: [string, ...string[]]
    crash: Crash
    known_issue: {
      title: string
      url: string | null
    } | null
    reproduce: string | null
  }[]
  diagnostics: {
    class: 'new' | 'fixed'
    build: string
    tool: string
    level: 'error' | 'warning' | 'note'
    file: string | null
    line: number | null
    flag: string | null
    message: string
  }[]
  /**
   * measurements that changed by more than their noise, or crossed a limit
   */
  metric_changes?: {
    /**
     * provisional: the newest builds alone; limit: beyond a limit of the known-issues file
     */
    class: 'regression' | 'provisional' | 'improvement' | 'limit'
    environment: string
    suite: string
    test: string
    unit: string | null
    /**
     * median of the baseline's builds
     */
    before: number | null
    now: number
    evidence: string
  }[]
  /**
   * cells of the plan, or directories, without results
   */
  missing: string[]
  /**
   * what the reader should know besides, e.g. known issues that have expired
   */
  notes: string[]
  lkft: {
    version: string
  }
}
export interface Counts {
  pass: number
  fail: number
  skip: number
  xfail: number
}
export interface Crash {
  kind:
    | 'panic'
    | 'oops'
    | 'fault'
    | 'bug'
    | 'warning'
    | 'kasan'
    | 'kfence'
    | 'kcsan'
    | 'kmsan'
    | 'ubsan'
    | 'lockdep'
    | 'atomic-sleep'
    | 'rcu-stall'
    | 'soft-lockup'
    | 'hard-lockup'
    | 'hung-task'
    | 'workqueue-lockup'
    | 'memory-leak'
    | 'oom'
    | 'bad-page'
    | 'refcount'
    | 'debug-objects'
    | 'list-corruption'
    | 'boot-stall'
    | 'reboot'
    | 'probe-failure'
  severity: 'fatal' | 'crash' | 'hang' | 'warning' | 'info'
  /**
   * first line, without timestamp, addresses and counters
   */
  title: string
  /**
   * function or file:line where it happened
   */
  location: string | null
  /**
   * stable over addresses, numbers and builds: 16 hexadecimal digits
   */
  signature: string
  /**
   * 1-based line of the console log
   */
  line: number
  cpu: number | null
  task: string | null
  /**
   * function names of the call trace, innermost first
   */
  trace: string[]
  /**
   * suite/test that ran when it happened
   */
  test: string | null
}
