import { codeBlock, codeSpan } from '#report/markdown/code'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

type Change = Report['changes'][number]

const longestMessage = 1500

/** Something that went wrong, with what repeats it. */
interface Incident {
  readonly title: string
  readonly message: string | null
  readonly reproduce: string | null
}

/** Everything of one class that must be acted on: builds, then crashes, then tests. */
export function listIncidents(report: Report, wanted: 'regression' | 'new-failure'): string[] {
  const incidents = [
    ...report.build_changes.filter(isWanted(wanted)).map(buildIncident),
    ...report.crash_changes.filter(isWanted(wanted)).map(crashIncident),
    ...report.changes.filter(isWanted(wanted)).map(testIncident),
  ]
  const commands = new Set<string>()
  const isLong = incidents.length > 10
  return incidents.map(({ title, message, reproduce }) => {
    const text = message === null ? '' : `\n\n${codeBlock(message, 'text', longestMessage)}`
    return `${title}${text}${reproduce === null ? '' : command(reproduce, isLong ? commands : new Set())}\n`
  })
}

/** In a long list a command stands in full only where it first comes. */
function command(reproduce: string, said: Set<string>): string {
  if (said.has(reproduce)) return '\n\nReproduce with the same command as above.'
  said.add(reproduce)
  return `\n\n${codeBlock(reproduce, 'sh', 8000)}`
}

/** One line for a test of a class that needs no more: `suite/test` on environments, from what to what. */
export function listLines(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    const known = change.known_issue === null ? '' : `, known: ${codeSpan(change.known_issue.title)}`
    return `- ${codeSpan(fullTestName(change))} on ${environments(change)}: ${movement(change)}${known}${evidence(change)}`
  })
}

function isWanted(wanted: string): (change: { readonly class: string }) => boolean {
  return (change) => change.class === wanted
}

function testIncident(change: Change): Incident {
  return {
    title: `#### ${codeSpan(fullTestName(change))} on ${environments(change)}\n\n${movement(change)} — ${shown(change.evidence)}${sureness(change)}`,
    message: change.message,
    reproduce: change.reproduce,
  }
}

function sureness({ confirmed }: Change): string {
  return confirmed === undefined ? '' : confirmed ? '; **confirmed**' : '; not confirmed by re-runs yet'
}

function crashIncident({ crash, environments: names, reproduce }: Report['crash_changes'][number]): Incident {
  const during = crash.test === null ? '' : `, while ${codeSpan(crash.test)} ran`
  return {
    title: `#### ${crash.kind} ${codeSpan(crash.title)} on ${nameList(names)}\n\nnew crash signature ${codeSpan(crash.signature)}${during}`,
    message: crash.trace.length === 0 ? null : crash.trace.slice(0, 16).join('\n'),
    reproduce,
  }
}

function buildIncident({ build, before, after, message, reproduce }: Report['build_changes'][number]): Incident {
  return { title: `#### build ${codeSpan(build)}\n\n${before ?? 'not built'} → ${after}`, message, reproduce }
}

function movement({ before, after }: Pick<Change, 'before' | 'after'>): string {
  return `${before ?? 'no result'} → ${after ?? 'no result'}`
}

function evidence(change: Change): string {
  return change.class === 'flaky' || change.class === 'still-failing' ? ` (${shown(change.evidence)})` : ''
}

/** Evidence ends with the name of a kernel where it tells since when; that name is the kernel's own text. */
function shown(text: string): string {
  const words = 'failing since '
  const at = text.indexOf(words)
  const facts = at === -1 ? text : text.slice(0, at + words.length)
  const kernel = at === -1 ? '' : codeSpan(text.slice(at + words.length), 100)
  return (/^[a-zA-Z0-9 %;,.()-]*$/.test(facts) ? facts : codeSpan(facts, 300)) + kernel
}

function environments({ environments: names }: Pick<Change, 'environments'>): string {
  return nameList(names)
}

function nameList(names: readonly string[]): string {
  const shownNames = names.slice(0, 8).map((name) => codeSpan(name, 80))
  const rest = names.length - shownNames.length
  return shownNames.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
