const version = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:-rc(\d+))?/

/** Negative, zero or positive as kernel release `a` is before, the same as or after `b`; undefined when one is no release. */
export function compareReleases(a: string, b: string): number | undefined {
  const left = parse(a)
  const right = parse(b)
  if (left === undefined || right === undefined) return undefined
  for (const [index, part] of left.entries()) {
    const difference = part - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Version, patch level, sub level, candidate; a release is after all its candidates. */
function parse(release: string): readonly number[] | undefined {
  const found = version.exec(release)
  if (found === null) return undefined
  const [, major, minor, sub, candidate] = found
  return [Number(major), Number(minor), Number(sub ?? 0), candidate === undefined ? Infinity : Number(candidate)].map(
    (part) => (part === Infinity ? Number.MAX_SAFE_INTEGER : part),
  )
}
