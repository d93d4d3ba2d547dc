import type { TuxsuiteBuild, TuxsuiteJob, TuxsuitePlan, TuxsuiteTest } from '#plan/tuxsuite-plan'

type Fields = Record<string, unknown>

export interface ImportedPlan {
  /** An lkft plan, in the order a person would write it. */
  readonly plan: Fields
  /** What could not be said in it, one sentence each. */
  readonly notes: readonly string[]
}

const buildFields = new Set([
  'build_name',
  'environment',
  'kconfig',
  'kernel_image',
  'make_variables',
  'target_arch',
  'targets',
  'toolchain',
])
const testFields = new Set(['boot_args', 'device', 'kernel', 'modules', 'rootfs', 'sharding', 'tests', 'timeouts'])

/**
 * Translates a TuxSuite plan: each job's builds get names that its tests point at.
 * A sanity test becomes a run beside the others, because a build that fails it
 * costs one short run, not a farm's time.
 */
export function importTuxsuite({ name = 'imported', jobs }: TuxsuitePlan): ImportedPlan {
  const notes: string[] = []
  const builds: Fields[] = []
  const boots: Fields[] = []
  const names = new Map<string, number>()
  for (const [index, job] of jobs.entries()) {
    const own = buildsOf(job).map((build) => toBuild(build, names, (field) => notes.push(`jobs[${index}]: ${field}`)))
    builds.push(...own)
    if (job.sanity_test !== undefined)
      notes.push(`jobs[${index}]: sanity_test runs beside the other tests, it does not hold them back`)
    const tests = [job.sanity_test, job.test, ...(job.tests ?? [])].filter((test) => test !== undefined)
    for (const test of tests) {
      boots.push(
        toBoot(
          test,
          own.map((build) => String(build['name'])),
          (field) => notes.push(`jobs[${index}]: ${field}`),
        ),
      )
    }
  }
  return { plan: { version: 1, name, builds, ...(boots.length === 0 ? {} : { boots }) }, notes }
}

function buildsOf(job: TuxsuiteJob): readonly TuxsuiteBuild[] {
  return [...(job.build === undefined ? [] : [job.build]), ...(job.builds ?? [])]
}

function toBuild(build: TuxsuiteBuild, names: Map<string, number>, note: (text: string) => void): Fields {
  const { target_arch: arch = 'x86_64', toolchain = 'gcc' } = build
  const [kconfig = 'defconfig', ...fragments] =
    typeof build.kconfig === 'string' ? [build.kconfig] : (build.kconfig ?? [])
  const wanted = safe(build.build_name ?? `${arch}-${toolchain}-${kconfig.split('/').at(-1)}`)
  const count = (names.get(wanted) ?? 0) + 1
  names.set(wanted, count)
  for (const field of Object.keys(build))
    if (!buildFields.has(field)) note(`the build's ${field} has no counterpart and is left out`)
  return {
    name: count === 1 ? wanted : `${wanted}-${count}`,
    'target-arch': arch,
    toolchain,
    kconfig,
    ...(fragments.length === 0 ? {} : { 'kconfig-add': fragments }),
    ...(build.targets === undefined ? {} : { targets: build.targets }),
    ...(build.kernel_image === undefined ? {} : { 'kernel-image': build.kernel_image }),
    ...(build.make_variables === undefined ? {} : { 'make-variables': texts(build.make_variables) }),
    ...(build.environment === undefined ? {} : { environment: texts(build.environment) }),
  }
}

function toBoot(test: TuxsuiteTest, builds: readonly string[], note: (text: string) => void): Fields {
  for (const field of Object.keys(test))
    if (!testFields.has(field)) note(`the test's ${field} has no counterpart and is left out`)
  const minutes = Object.values(test.timeouts ?? {}).reduce((sum, one) => sum + one, 0)
  return {
    device: test.device,
    ...(test.kernel === undefined ? { builds } : { kernel: test.kernel }),
    ...(test.modules === undefined ? {} : { modules: test.modules }),
    ...(test.rootfs === undefined ? {} : { rootfs: test.rootfs }),
    suites: ['boot', ...(test.tests ?? []).filter((suite) => suite !== 'boot')],
    ...(test.sharding === undefined ? {} : { shards: test.sharding }),
    ...(test.boot_args === undefined ? {} : { 'boot-args': test.boot_args }),
    ...(minutes > 0 ? { 'timeout-minutes': minutes } : {}),
  }
}

function texts(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]))
}

function safe(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^[^A-Za-z0-9]+/, '')
}
