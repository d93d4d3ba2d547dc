import type { Cells, Skipped } from '#plan/cells'
import { pathMatcher } from '#plan/match-name'
import type { PlanOptions } from '#plan/plan-options'
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

/** Device trees include those of other architectures (scripts/dtc/include-prefixes). */
const sharedByAll = /^arch\/[^/]+\/boot\/dts\//

/** Folders of one architecture that another one's Makefiles build too. */
const sharedFolders: readonly { readonly below: string; readonly by: string }[] = [
  { below: 'arch/arm/vdso/', by: 'arm64' },
  { below: 'arch/arm/xen/', by: 'arm64' },
  { below: 'arch/x86/', by: 'um' },
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
  { changedPaths: changed, names }: PlanOptions,
): Kept {
  if (changed === undefined) return { cells, skipped: [] }
  const ignored = (plan.changes?.ignore ?? ignoredByDefault).map(pathMatcher)
  const relevant = changed.filter((path) => !ignored.some((matches) => matches(path)))
  const arches = plan.changes?.['by-architecture'] === false ? undefined : touchedArchitectures(relevant)
  const skipped: Skipped[] = []
  const kept = new Set<string>()
  for (const { id, name, target_arch: arch } of cells.builds) {
    const reason = whySkip(names.sourceFolders.get(arch), paths.get(id), relevant, arches)
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
  folder: string | undefined,
  paths: readonly string[] | undefined,
  relevant: readonly string[],
  arches: ReadonlySet<string> | undefined,
): string | undefined {
  if (relevant.length === 0) return 'no changed path matters to a build'
  if (arches !== undefined && folder !== undefined && !arches.has(folder)) {
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
    if (arch === undefined || sharedByAll.test(path)) return undefined
    arches.add(arch)
    for (const { below, by } of sharedFolders) if (path.startsWith(below)) arches.add(by)
  }
  return arches
}
