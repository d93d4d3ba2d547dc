import { LkftError } from '#errors/lkft-error'

/** The names most like `wanted`, best first, at most `most`; for hints. */
export function nearestNames(wanted: string, names: Iterable<string>, most = 3): readonly string[] {
  const limit = Math.max(2, Math.ceil(wanted.length / 2))
  return [...names]
    .map((name) => ({
      name,
      distance: name.includes(wanted) || wanted.includes(name) ? 1 : editDistance(wanted, name),
    }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name)
}

/** The error for a name that is not in a table: UNKNOWN_NAME with the nearest names, or all when they are few. */
export function unknownName(what: string, wanted: string, names: Iterable<string>): LkftError {
  const all = [...names]
  const nearest = nearestNames(wanted, all)
  const hint =
    nearest.length > 0
      ? `Did you mean ${nearest.join(', ')}?`
      : `Known: ${all.slice(0, 20).join(', ')}${all.length > 20 ? ', …' : ''}`
  return new LkftError('UNKNOWN_NAME', `unknown ${what} '${wanted}'`, { hint })
}

/** Levenshtein distance in characters. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(substitute, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}
