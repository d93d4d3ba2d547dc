import type { Cells, Skipped } from '#plan/cells'
import { pathMatcher } from '#plan/match-name'
import { sourceArchitectures } from '#plan/source-architectures'
import type { Plan } from '#schema/documents'

/**
 * Paths below which no build looks. Documentation/Kconfig and its Makefile are
 * read by every configuration, so they are not among them.
 */
const ignoredByDefault = [
  '.get_maintainer.ignore',
  '.mailmap',
  'CREDITS',
  'Documentation/**/*.rst',
  'Documentation/**/*.svg',
  'Documentation/**/*.txt',
  'Documentation/**/*.yaml',
  'LICENSES',
  'MAINTAINERS',
  'README',
]

interface Kept {
  readonly cells: Cells
  readonly skipped: Skipped[]
}

/**
 * Leaves out the builds that the changed paths cannot touch, and their runs: all
 * of them when only ignored paths changed, those of other architectures when
 * every change lies below `arch/<name>/`, those whose entry's `paths` match none.
 */
export function skipUnchanged(
  plan: Plan,
  cells: Cells,
  paths: ReadonlyMap<string, readonly string[] | undefined>,
  changed: readonly string[] | undefined,
): Kept {
  if (changed === undefined) return { cells, skipped: [] }
  const ignored = (plan.changes?.ignore ?? ignoredByDefault).map(pathMatcher)
  const relevant = changed.filter((path) => !ignored.some((matches) => matches(path)))
  const arches = plan.changes?.['by-architecture'] === false ? undefined : touchedArchitectures(relevant)
  const skipped: Skipped[] = []
  const kept = new Set<string>()
  for (const { id, name, target_arch: arch } of cells.builds) {
    const reason = whySkip(arch, paths.get(id), relevant, arches)
    if (reason === undefined) kept.add(id)
    else skipped.push({ kind: 'build', name, reason })
  }
  const stays = ({ build }: { build: string | null }): boolean => build === null || kept.has(build)
  for (const kind of ['boot', 'lab'] as const) {
    for (const run of cells[`${kind}s`]) {
      if (!stays(run)) skipped.push({ kind, name: run.name, reason: 'its build is skipped' })
    }
  }
  return {
    cells: {
      builds: cells.builds.filter(({ id }) => kept.has(id)),
      boots: cells.boots.filter((run) => stays(run) && (run.build !== null || relevant.length > 0)),
      labs: cells.labs.filter(stays),
    },
    skipped,
  }
}

function whySkip(
  arch: string,
  paths: readonly string[] | undefined,
  relevant: readonly string[],
  arches: ReadonlySet<string> | undefined,
): string | undefined {
  if (relevant.length === 0) return 'no changed path matters to a build'
  const source = sourceArchitectures[arch]
  if (arches !== undefined && source !== undefined && !arches.has(source)) {
    return `only arch/${[...arches].sort().join(', arch/')} changed`
  }
  if (paths === undefined) return undefined
  const wanted = paths.map(pathMatcher)
  return relevant.some((path) => wanted.some((matches) => matches(path)))
    ? undefined
    : `no changed path matches its paths (${paths.join(', ')})`
}

/** The folders of arch/ that changed when nothing else did; `undefined` when something else did. */
function touchedArchitectures(relevant: readonly string[]): ReadonlySet<string> | undefined {
  const arches = new Set<string>()
  for (const path of relevant) {
    const arch = /^arch\/([^/]+)\//.exec(path)?.[1]
    if (arch === undefined) return undefined
    arches.add(arch)
  }
  return arches
}
