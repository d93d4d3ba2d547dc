import { expandPlan } from '#plan/expand-plan'
import { testNames } from '#plan/names-for-tests'
import type { Jobs } from '#schema/documents'

/** The jobs of 5,000 different builds of x86_64, each booted on four devices. */
export function hugeJobs(): Jobs {
  const devices = ['d1', 'd2', 'd3', 'd4'] as const
  const builds = Array.from({ length: 50 }).map((_entry, entry) => ({
    'target-arch': 'x86_64',
    toolchain: Array.from({ length: 10 }).map((_version, version) => `gcc-${version}`) as [string, ...string[]],
    kconfig: Array.from({ length: 10 }).map((_config, config) => `c${entry}_${config}config`) as [string, ...string[]],
  }))
  const plan = {
    version: 1,
    name: 'huge',
    builds,
    boots: [{ device: [...devices], suites: ['boot', 'kunit'] }],
  } as never
  return expandPlan(plan, { names: { ...testNames, devices: new Map(devices.map((name) => [name, 'x86_64'])) } })
}
