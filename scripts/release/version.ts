/** A released version. */
export interface Version {
  readonly numbers: readonly [number, number, number]
  /** What follows `-`; such a version never moves a major tag. */
  readonly prerelease: string | undefined
}

/** Reads `1.2.3` or `1.2.3-rc.1`; `undefined` for anything else. */
export function readVersion(text: string): Version | undefined {
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?$/.exec(text)
  if (match === null) return undefined
  const [, major, minor, patch, prerelease] = match
  return { numbers: [Number(major), Number(minor), Number(patch)], prerelease }
}

/** Tag that follows the newest release of a major version: `v1`. */
export function majorTag({ numbers: [major] }: Version): string {
  return `v${major}`
}

/** Whether a release moves the major tag: it is no prerelease, and no newer one of its major is out. */
export function movesMajor(version: Version, tags: readonly string[]): boolean {
  if (version.prerelease !== undefined) return false
  return tags
    .flatMap((tag) => (tag.startsWith('v') ? [readVersion(tag.slice(1))] : []))
    .filter((other) => other !== undefined && other.prerelease === undefined)
    .every((other) => other?.numbers[0] !== version.numbers[0] || compare(other, version) <= 0)
}

function compare(a: Version, b: Version): number {
  for (const [at, number] of a.numbers.entries()) {
    const other = b.numbers[at] ?? 0
    if (number !== other) return number - other
  }
  return 0
}
