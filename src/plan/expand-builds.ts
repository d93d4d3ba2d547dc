import { createHash } from 'node:crypto'
import { asList, type BuildCell, type Skipped } from '#plan/cells'
import { expectedBuildMinutes } from '#plan/expected-minutes'
import type { PlanOptions } from '#plan/plan-options'
import type { PlanProblems } from '#plan/plan-problems'
import { nameBuilds, type UnnamedBuild } from '#plan/name-builds'
import type { Plan } from '#schema/documents'

export type BuildEntry = NonNullable<Plan['builds']>[number]

export interface ExpandedBuilds {
  readonly cells: BuildCell[]
  readonly skipped: Skipped[]
  /** Every name that a build goes by, its own and those of equal ones, in the order of the plan. */
  readonly named: readonly { readonly name: string; readonly cell: BuildCell }[]
  /** `paths` of the entries that ask for a build, by the build's id; no entry: always wanted. */
  readonly paths: ReadonlyMap<string, readonly string[] | undefined>
}

interface Combination {
  readonly arch: string
  readonly toolchain: string
  readonly kconfig: string
  readonly more: readonly string[]
}

/** All builds of a plan: arch × toolchain × kconfig of each entry, less `exclude`, plus `include`, equal ones once. */
export function expandBuilds(plan: Plan, options: PlanOptions, problems: PlanProblems): ExpandedBuilds {
  const skipped: Skipped[] = []
  const unnamed: UnnamedBuild[] = []
  for (const [index, entry] of plan.builds.entries()) {
    const pointer = `/builds/${index}`
    checkNames(entry, pointer, options, problems)
    const excluded = (entry.exclude ?? []).map((rule) => excludes(rule, options))
    const combinations = [...crossProduct(entry, options), ...included(entry, options)]
    for (const combination of combinations) {
      const { arch, toolchain, kconfig } = combination
      if (excluded.some((matches) => matches(combination))) {
        skipped.push({
          kind: 'build',
          name: `${arch}-${toolchain}-${kconfig}`,
          reason: `excluded by ${pointer}/exclude`,
        })
        continue
      }
      unnamed.push({ entry, pointer, many: combinations.length > 1, key: '', ...combination })
    }
  }
  return mergeEqual(unnamed, options, problems, skipped)
}

function mergeEqual(
  unnamed: readonly UnnamedBuild[],
  { durations, commits = [] }: PlanOptions,
  problems: PlanProblems,
  skipped: Skipped[],
): ExpandedBuilds {
  const keyed = unnamed.map((build) => ({ ...build, key: buildKey(build) }))
  const cells = new Map<string, BuildCell>()
  const named: { name: string; cell: BuildCell }[] = []
  const paths = new Map<string, readonly string[] | undefined>()
  for (const { build, name } of nameBuilds(keyed, problems)) {
    const equal = cells.get(build.key)
    const cell = equal ?? toCell(build, `b${cells.size + 1}`, name)
    if (build.entry['per-commit'] === true && commits.length > 0) cell.per_commit = [...commits]
    if (equal === undefined) {
      cells.set(build.key, cell)
      paths.set(cell.id, build.entry.paths)
    } else {
      const both = paths.get(cell.id)
      paths.set(
        cell.id,
        both === undefined || build.entry.paths === undefined ? undefined : [...both, ...build.entry.paths],
      )
      if (name !== cell.name) cell.also.push(name)
      skipped.push({ kind: 'build', name, reason: `equal to ${cell.name}, which is built once` })
    }
    named.push({ name, cell })
  }
  for (const cell of cells.values()) cell.minutes = durations?.build(cell.name) ?? expectedBuildMinutes(cell.kconfig)
  return { cells: [...cells.values()], skipped, named, paths }
}

function toCell({ entry, arch, toolchain, kconfig, more, key }: UnnamedBuild, id: string, name: string): BuildCell {
  return {
    id,
    name,
    key,
    also: [],
    target_arch: arch,
    toolchain,
    kconfig,
    kconfig_add: [...(entry['kconfig-add'] ?? []), ...more],
    targets: entry.targets ?? [],
    kernel_image: entry['kernel-image'] ?? null,
    make_variables: entry['make-variables'] ?? {},
    environment: entry.environment ?? {},
    runtime: entry.runtime ?? null,
    image: entry.image ?? null,
    ...(entry['allow-unpinned'] === true ? { allow_unpinned: true } : {}),
    timeout_minutes: entry['timeout-minutes'] ?? null,
    runs_on: asList(entry['runs-on'])?.slice() ?? null,
    minutes: 0,
  }
}

/** Sixteen hexadecimal digits over all that shapes the kernel; name, timeout and runner do not. */
function buildKey({ entry, arch, toolchain, kconfig, more }: UnnamedBuild): string {
  const shape = [
    arch,
    toolchain,
    kconfig,
    [...(entry['kconfig-add'] ?? []), ...more],
    entry.targets ?? [],
    entry['kernel-image'] ?? null,
    sorted(entry['make-variables']),
    sorted(entry.environment),
    entry.runtime ?? null,
    entry.image ?? null,
  ]
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 16)
}

function sorted(record: Readonly<Record<string, string>> = {}): readonly (readonly [string, string])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}

function crossProduct(entry: BuildEntry, { names }: PlanOptions): Combination[] {
  const toolchains = asList(entry.toolchain) ?? ['gcc']
  const kconfigs = asList(entry.kconfig) ?? ['defconfig']
  return (asList(entry['target-arch']) ?? []).flatMap((wanted) => {
    const arch = names.architectures.get(wanted) ?? wanted
    return toolchains.flatMap((toolchain) => kconfigs.map((kconfig) => ({ arch, toolchain, kconfig, more: [] })))
  })
}

function included(entry: BuildEntry, { names }: PlanOptions): Combination[] {
  return (entry.include ?? []).map((extra) => {
    const arch = extra['target-arch'] ?? asList(entry['target-arch'])?.[0] ?? ''
    return {
      arch: names.architectures.get(arch) ?? arch,
      toolchain: extra.toolchain ?? asList(entry.toolchain)?.[0] ?? 'gcc',
      kconfig: extra.kconfig ?? asList(entry.kconfig)?.[0] ?? 'defconfig',
      more: extra['kconfig-add'] ?? [],
    }
  })
}

function excludes(
  rule: NonNullable<BuildEntry['exclude']>[number],
  { names }: PlanOptions,
): (c: Combination) => boolean {
  const arches = asList(rule['target-arch'])?.map((arch) => names.architectures.get(arch) ?? arch)
  const toolchains = asList(rule.toolchain)
  const kconfigs = asList(rule.kconfig)
  return ({ arch, toolchain, kconfig }) =>
    (arches?.includes(arch) ?? true) &&
    (toolchains?.includes(toolchain) ?? true) &&
    (kconfigs?.includes(kconfig) ?? true)
}

function checkNames(entry: BuildEntry, pointer: string, { names }: PlanOptions, problems: PlanProblems): void {
  const places = [
    { at: pointer, from: entry },
    ...(entry.include ?? []).map((from, index) => ({ at: `${pointer}/include/${index}`, from })),
    ...(entry.exclude ?? []).map((from, index) => ({ at: `${pointer}/exclude/${index}`, from })),
  ]
  for (const { at, from } of places) {
    for (const arch of asList(from['target-arch']) ?? []) {
      if (!names.architectures.has(arch)) {
        problems.addUnknownName(`${at}/target-arch`, 'architecture', arch, names.architectures.keys())
      }
    }
    for (const toolchain of asList(from.toolchain) ?? []) {
      if (!names.toolchains.accepts(toolchain)) {
        problems.addUnknownName(`${at}/toolchain`, 'toolchain', toolchain, names.toolchains.known)
      }
    }
  }
}
