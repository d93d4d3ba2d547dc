import { asList, type BootCell, type BuildCell, type Skipped } from '#plan/cells'
import type { ExpandedBuilds } from '#plan/expand-builds'
import { expectedSuiteMinutes } from '#plan/expected-minutes'
import { chooseBuilds } from '#plan/choose-builds'
import type { PlanOptions } from '#plan/plan-options'
import type { PlanProblems } from '#plan/plan-problems'
import { spreadSuites } from '#plan/spread-suites'
import { uniqueNames } from '#plan/unique-names'
import type { Plan } from '#schema/documents'

type BootEntry = NonNullable<Plan['boots']>[number]

interface Pair {
  readonly entry: BootEntry
  readonly device: string
  readonly arch: string
  /** `undefined` when the entry boots a kernel from elsewhere. */
  readonly build: BuildCell | undefined
}

export interface ExpandedBoots {
  readonly cells: BootCell[]
  readonly skipped: Skipped[]
}

/** All boots of a plan: each device with each of its builds, the suites spread over the shards. */
export function expandBoots(
  plan: Plan,
  builds: ExpandedBuilds,
  options: PlanOptions,
  problems: PlanProblems,
): ExpandedBoots {
  const skipped: Skipped[] = []
  const pairs = (plan.boots ?? []).flatMap((entry, index) => {
    const pointer = `/boots/${index}`
    checkSuites(entry.suites, pointer, options, problems)
    return (asList(entry.device) ?? []).flatMap((device) => pairUp(entry, device, pointer))
  })
  const environments = nameEnvironments(pairs)
  const name = uniqueNames()
  const cells: BootCell[] = []
  for (const pair of pairs) {
    const environment = environments(pair)
    for (const shard of spreadSuites(pair.entry.suites, pair.entry.shards ?? 1, minutesOf(environment, options))) {
      const part = shard.count === 1 ? '' : `-${shard.index}of${shard.count}`
      const id = `r${cells.length + 1}`
      cells.push({ ...toCell(pair), id, name: name(`${fullName(pair)}${part}`), environment, ...partOf(shard) })
    }
  }
  return { cells, skipped }

  function pairUp(entry: BootEntry, device: string, pointer: string): Pair[] {
    const arch = options.names.devices.get(device)
    if (arch === undefined) {
      problems.addUnknownName(`${pointer}/device`, 'device', device, options.names.devices.keys())
      return []
    }
    if (entry.kernel !== undefined) return [{ entry, device, arch, build: undefined }]
    const chosen = chooseBuilds(asList(entry.builds), arch, builds, pointer, problems)
    if (chosen.length === 0)
      skipped.push({ kind: 'boot', name: device, reason: `the plan has no ${arch} build for it` })
    return chosen.map((build) => ({ entry, device, arch, build }))
  }
}

function minutesOf(environment: string, { durations }: PlanOptions): (suite: string) => number {
  return (suite) => durations?.suite(environment, suite) ?? expectedSuiteMinutes(suite)
}

function partOf(shard: ReturnType<typeof spreadSuites>[number]): Pick<BootCell, 'suites' | 'shard' | 'minutes'> {
  const { index, count } = shard
  return { suites: [...shard.suites], shard: count === 1 ? null : { index, count }, minutes: shard.minutes }
}

function toCell({
  entry,
  device,
  arch,
  build,
}: Pair): Omit<BootCell, 'id' | 'name' | 'environment' | 'suites' | 'shard' | 'minutes'> {
  return {
    device,
    arch,
    build: build?.id ?? null,
    kernel: entry.kernel ?? null,
    modules: entry.modules ?? null,
    rootfs: entry.rootfs ?? null,
    timeout_minutes: entry['timeout-minutes'] ?? null,
    boot_args: entry['boot-args'] ?? null,
    runs_on: asList(entry['runs-on'])?.slice() ?? null,
  }
}

function fullName({ device, build }: Pair): string {
  return build === undefined ? device : `${device}-${build.name}`
}

/** The device alone while it boots one kernel only, else device and build; counted before anything is skipped. */
function nameEnvironments(pairs: readonly Pair[]): (pair: Pair) => string {
  const kernels = new Map<string, Set<string>>()
  for (const { device, build, entry } of pairs) {
    const known = kernels.get(device) ?? new Set()
    kernels.set(device, known.add(build?.id ?? entry.kernel ?? ''))
  }
  return (pair) => ((kernels.get(pair.device)?.size ?? 0) > 1 ? fullName(pair) : pair.device)
}

/** Says which suites are unknown. */
export function checkSuites(
  suites: readonly string[],
  pointer: string,
  { names }: PlanOptions,
  problems: PlanProblems,
): void {
  for (const suite of suites) {
    if (!names.suites.accepts(suite)) problems.addUnknownName(`${pointer}/suites`, 'suite', suite, names.suites.known)
  }
}
