import type { Sizes } from '#build/measure-sizes'

/** One size that is not what it was; null where one of the builds has no such thing. */
export interface SizeChange {
  readonly what: string
  readonly before: number | null
  readonly after: number | null
}

/** What has another size than in the baseline, the largest change first; at equal change by name. */
export function compareSizes(before: Sizes, after: Sizes): readonly SizeChange[] {
  const [left, right] = [flatten(before), flatten(after)]
  const names = [...new Set([...left.keys(), ...right.keys()])].sort()
  return names
    .map((what) => ({ what, before: left.get(what) ?? null, after: right.get(what) ?? null }))
    .filter((change) => change.before !== change.after)
    .sort((a, b) => weight(b) - weight(a))
}

function weight({ before, after }: SizeChange): number {
  return Math.abs((after ?? 0) - (before ?? 0))
}

function flatten({ sections, modules, ...whole }: Sizes): ReadonlyMap<string, number> {
  const entries: [string, number | null][] = [
    ...Object.entries(whole),
    ...Object.entries(sections).map(([name, size]): [string, number] => [`section ${name}`, size]),
    ...Object.entries(modules).map(([name, size]): [string, number] => [`module ${name}`, size]),
  ]
  return new Map(entries.filter((entry): entry is [string, number] => entry[1] !== null))
}
