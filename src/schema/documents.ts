import type { Bisect } from '#schema/generated/bisect'
import type { Board } from '#schema/generated/board'
import type { Build } from '#schema/generated/build'
import type { CacheConfig } from '#schema/generated/cache-config'
import type { Commits } from '#schema/generated/commits'
import type { Diagnostic } from '#schema/generated/diagnostic'
import type { Jobs } from '#schema/generated/jobs'
import type { KnownIssues } from '#schema/generated/known-issues'
import type { Plan } from '#schema/generated/plan'
import type { Report } from '#schema/generated/report'
import type { Run } from '#schema/generated/run'
import type { TestResult } from '#schema/generated/test'
import type { Watch } from '#schema/generated/watch'

/** Every document that lkft reads or writes, by the name of its schema in schemas/. */
export interface Documents {
  bisect: Bisect
  board: Board
  build: Build
  'cache-config': CacheConfig
  commits: Commits
  diagnostic: Diagnostic
  jobs: Jobs
  'known-issues': KnownIssues
  plan: Plan
  report: Report
  run: Run
  test: TestResult
  watch: Watch
}

export type DocumentName = keyof Documents

export type {
  Bisect,
  Board,
  Build,
  CacheConfig,
  Commits,
  Diagnostic,
  Jobs,
  KnownIssues,
  Plan,
  Report,
  Run,
  TestResult,
  Watch,
}
