import type { ComparedSide } from '#report/compare-tests'
import type { KnownIssueIndex } from '#results/known-issues'
import type { Report, Run } from '#schema/documents'

type CrashChange = Report['crash_changes'][number]
type Crash = Run['crashes'][number]

interface Seen {
  readonly crash: Crash
  readonly environments: Map<string, string | null>
  /** Of the first run that showed it. */
  readonly release: string | null
}

/**
 * Crashes by signature, folded over environments. One that the baseline never
 * showed anywhere is a regression, or a new failure when there is no baseline;
 * one that the baseline's same environments showed and that are gone is a fix.
 * What is only information (`severity: info`) is no change.
 */
export function compareCrashes(
  baseline: ComparedSide,
  current: ComparedSide,
  knownIssues: KnownIssueIndex,
  hasBaseline: boolean,
): CrashChange[] {
  const before = collect(baseline)
  const after = collect(current)
  const changes: CrashChange[] = []
  for (const [signature, seen] of after) {
    const [environment, reproduce] = first(seen)
    const known = knownIssues.find({ environment, crash: signature, release: seen.release })
    const isOld = before.has(signature)
    changes.push({
      class: known !== undefined ? 'known-issue' : isOld ? 'still-failing' : hasBaseline ? 'regression' : 'new-failure',
      environments: names(seen),
      crash: seen.crash,
      known_issue: known === undefined ? null : { title: known.title, url: known.url ?? null },
      reproduce,
    })
  }
  const whole = new Set(
    current.runs.filter(({ record }) => ranToItsEnd(record)).map(({ record }) => record.environment),
  )
  for (const [signature, seen] of before) {
    if (after.has(signature)) continue
    if (![...seen.environments.keys()].every((environment) => whole.has(environment))) continue
    changes.push({ class: 'fix', environments: names(seen), crash: seen.crash, known_issue: null, reproduce: null })
  }
  return changes.sort(order)
}

function collect({ runs }: ComparedSide): Map<string, Seen> {
  const bySignature = new Map<string, Seen>()
  for (const { record } of runs) {
    for (const crash of record.crashes) {
      if (crash.severity === 'info') continue
      let seen = bySignature.get(crash.signature)
      if (seen === undefined) {
        seen = { crash, environments: new Map(), release: record.kernel.release }
        bySignature.set(crash.signature, seen)
      }
      seen.environments.set(record.environment, record.reproduce)
    }
  }
  return bySignature
}

function ranToItsEnd({ verdict }: Run): boolean {
  return verdict === 'pass' || verdict === 'fail'
}

function first({ environments }: Seen): [string, string | null] {
  for (const entry of environments) return entry
  return ['', null]
}

function names({ environments }: Seen): [string, ...string[]] {
  return [...environments.keys()].sort() as [string, ...string[]]
}

const severities = ['fatal', 'crash', 'hang', 'warning', 'info']
const classes = ['regression', 'new-failure', 'still-failing', 'known-issue', 'fix']

function order(a: CrashChange, b: CrashChange): number {
  return (
    classes.indexOf(a.class) - classes.indexOf(b.class) ||
    severities.indexOf(a.crash.severity) - severities.indexOf(b.crash.severity) ||
    (a.crash.title < b.crash.title ? -1 : Number(a.crash.title > b.crash.title))
  )
}
