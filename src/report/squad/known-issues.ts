import { nameMatcher } from '#results/match-name'
import type { KnownIssues } from '#schema/documents'

/** A known issue as the two rules of matching need it. */
interface Matcher {
  readonly matches: (name: string) => boolean
  readonly isIntermittent: boolean
}

/** What SQUAD knows of a test when it takes a result in. */
export interface SquadKnowledge {
  readonly hasKnownIssues: boolean
  readonly isIntermittent: boolean
}

const nothing: SquadKnowledge = { hasKnownIssues: false, isIntermittent: false }

/**
 * Looks up known issues as SQUAD does: by environment, active ones only, the name
 * as a pattern that must match at the start but not to the end. Issues of our own
 * form in the same file keep their own matching and count as well.
 */
export function squadKnowledge(
  known: Pick<KnownIssues, 'issues' | 'squad_known_issues'>,
): (environment: string, fullName: string) => SquadKnowledge {
  const byEnvironment = new Map<string, readonly Matcher[]>()
  return (environment, fullName) => {
    let matchers = byEnvironment.get(environment)
    if (matchers === undefined) {
      matchers = [...squadMatchers(known, environment), ...ownMatchers(known, environment)]
      byEnvironment.set(environment, matchers)
    }
    const found = matchers.filter(({ matches }) => matches(fullName))
    if (found.length === 0) return nothing
    return { hasKnownIssues: true, isIntermittent: found.some(({ isIntermittent }) => isIntermittent) }
  }
}

function* squadMatchers(known: Pick<KnownIssues, 'squad_known_issues'>, environment: string) {
  for (const { test_name: name, active, intermittent, environments } of known.squad_known_issues ?? []) {
    if (active === false || environments?.includes(environment) !== true) continue
    const pattern = squadPattern(name)
    yield { matches: (fullName: string) => pattern.test(fullName), isIntermittent: intermittent === true }
  }
}

function* ownMatchers({ issues }: Pick<KnownIssues, 'issues'>, environment: string) {
  for (const { test, active, intermittent, environments } of issues ?? []) {
    if (test === undefined || active === false) continue
    if (environments?.some((pattern) => nameMatcher(pattern)(environment)) === false) continue
    yield { matches: nameMatcher(test), isIntermittent: intermittent === true }
  }
}

/** `*` stands for as little text as needed on one line, everything else for itself; anchored at the start alone. */
export function squadPattern(name: string): RegExp {
  const parts = name.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^\\n]*?')}`, 'u')
}
