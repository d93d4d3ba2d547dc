import type { Diagnostic } from '#schema/documents'

/** Warnings and errors of one build that another has not. */
export interface DiagnosticDifference {
  readonly fresh: readonly Diagnostic[]
  readonly fixed: readonly Diagnostic[]
}

/**
 * Compares the warnings and errors of a build with those of its baseline. Lines
 * and columns move with every edit above them, so they do not count: what does is
 * tool, level, file, flag, message, and how many places have it.
 */
export function compareDiagnostics(before: readonly Diagnostic[], after: readonly Diagnostic[]): DiagnosticDifference {
  return { fresh: beyond(after, before), fixed: beyond(before, after) }
}

function beyond(these: readonly Diagnostic[], those: readonly Diagnostic[]): readonly Diagnostic[] {
  const left = new Map<string, number>()
  for (const each of those) left.set(keyOf(each), (left.get(keyOf(each)) ?? 0) + 1)
  // Those on a line that both have are the same one; what is over afterwards is of the rest.
  const exact = new Set(those.map(placeOf))
  const ordered = [...these].sort((a, b) => Number(exact.has(placeOf(b))) - Number(exact.has(placeOf(a))))
  const over = new Set<Diagnostic>()
  for (const each of ordered) {
    if (each.level === 'note') continue
    const count = left.get(keyOf(each)) ?? 0
    if (count === 0) over.add(each)
    else left.set(keyOf(each), count - 1)
  }
  return these.filter((each) => over.has(each))
}

function keyOf({ tool, level, file, flag, message }: Diagnostic): string {
  return JSON.stringify([tool, level, file, flag, message])
}

function placeOf(each: Diagnostic): string {
  return JSON.stringify([keyOf(each), each.line, each.column])
}
