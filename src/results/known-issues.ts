import { compareReleases } from '#results/compare-versions'
import { nameMatcher } from '#results/match-name'
import type { KnownIssues } from '#schema/documents'

export type KnownIssue = NonNullable<KnownIssues['issues']>[number]

/** What a file says of a measurement: direction, tolerance, limits. */
export type MetricRule = NonNullable<KnownIssues['metrics']>[number]

/** What failed where, to be looked up. */
interface Failure {
  readonly environment: string
  /** `suite/test`, or undefined for a crash. */
  readonly test?: string
  /** Signature of a crash. */
  readonly crash?: string
  /** Kernel release it was seen on. */
  readonly release: string | null
}

/** Known issues made ready for many look-ups. */
export interface KnownIssueIndex {
  /** The first issue that covers a failure. */
  readonly find: (failure: Failure) => KnownIssue | undefined
  /** Issues left out because their `until` is over. */
  readonly expired: readonly KnownIssue[]
  /** What is known of measurements. */
  readonly metrics: readonly MetricRule[]
}

interface Entry {
  readonly issue: KnownIssue
  readonly test: ((name: string) => boolean) | undefined
  readonly environments: readonly ((name: string) => boolean)[]
}

/**
 * Prepares known issues for `find`. Inactive ones are left out; so are those whose
 * last day is before `today` (`YYYY-MM-DD`), which are named in `expired`.
 */
export function indexKnownIssues(
  issues: readonly KnownIssue[],
  today: string,
  metrics: readonly MetricRule[] = [],
): KnownIssueIndex {
  const active = issues.filter((issue) => issue.active !== false)
  const expired = active.filter((issue) => issue.until !== undefined && issue.until < today)
  const exact = new Map<string, Entry[]>()
  const wild: Entry[] = []
  for (const issue of active) {
    if (expired.includes(issue)) continue
    const entry = prepare(issue)
    const key = issue.crash ?? (issue.test?.includes('*') === true ? undefined : issue.test)
    if (key === undefined) wild.push(entry)
    else exact.set(key, [...(exact.get(key) ?? []), entry])
  }
  const find = (failure: Failure): KnownIssue | undefined => {
    const key = failure.crash ?? failure.test ?? ''
    const candidates = exact.get(key) ?? []
    return [...candidates, ...wild].find((entry) => covers(entry, failure, today))?.issue
  }
  return { find, expired, metrics }
}

/**
 * All issues of a file in our own form. Those in SQUAD's form are taken by their
 * exact name, or with `*` for any text where they have it: a name that is only the
 * beginning of another hides nothing here.
 */
export function listKnownIssues({ issues = [], squad_known_issues: squad = [] }: KnownIssues): readonly KnownIssue[] {
  return [...issues, ...squad.flatMap(fromSquad)]
}

function fromSquad(issue: NonNullable<KnownIssues['squad_known_issues']>[number]): KnownIssue[] {
  const [first, ...others] = issue.environments ?? []
  if (first === undefined) return []
  return [
    {
      title: issue.title ?? issue.test_name,
      test: issue.test_name.replaceAll(/\*+/g, '**'),
      environments: [first, ...others],
      active: issue.active !== false,
      intermittent: issue.intermittent === true,
      ...(issue.url === null || issue.url === undefined ? {} : { url: issue.url }),
    },
  ]
}

function prepare(issue: KnownIssue): Entry {
  return {
    issue,
    test: issue.test === undefined ? undefined : nameMatcher(issue.test),
    environments: (issue.environments ?? ['**']).map((pattern) => nameMatcher(pattern)),
  }
}

function covers({ issue, test, environments }: Entry, failure: Failure, today: string): boolean {
  const isNamed =
    failure.crash === undefined
      ? test !== undefined && failure.test !== undefined && test(failure.test)
      : issue.crash === failure.crash
  return (
    isNamed && environments.some((matches) => matches(failure.environment)) && hasBegun(issue, failure.release, today)
  )
}

/** `since` is a date or the first kernel release that has the issue. */
function hasBegun({ since }: KnownIssue, release: string | null, today: string): boolean {
  if (since === undefined) return true
  if (/^\d{4}-\d{2}-\d{2}/.test(since)) return since.slice(0, 10) <= today
  return release === null || (compareReleases(release, since) ?? 0) >= 0
}
