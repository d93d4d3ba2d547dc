import { expect, test } from 'vitest'
import { expandPlan } from '#plan/expand-plan'
import { testNames as names } from '#plan/names-for-tests'
import type { Plan } from '#schema/documents'

const plan: Plan = {
  version: 1,
  name: 'test',
  builds: [{ 'target-arch': ['x86_64', 'arm64'] }],
  boots: [{ device: ['qemu-x86_64', 'qemu-arm64'], suites: ['boot'] }],
}

const built = (changedPaths: readonly string[], changes?: Plan['changes']): string[] =>
  expandPlan({ ...plan, ...(changes === undefined ? {} : { changes }) }, { names, changedPaths }).builds.map(
    ({ target_arch }) => target_arch,
  )

test.each([
  ['documentation only', ['Documentation/mm/slub.rst', 'MAINTAINERS'], []],
  ['a Kconfig file that lies in Documentation', ['Documentation/Kconfig'], ['x86_64', 'arm64']],
  ['one architecture only', ['arch/arm64/mm/fault.c'], ['arm64']],
  ['one architecture and documentation', ['arch/x86/mm/fault.c', 'Documentation/a.rst'], ['x86_64']],
  ['an architecture and common code', ['arch/arm64/mm/fault.c', 'mm/slub.c'], ['x86_64', 'arm64']],
  ['a folder that arm64 builds from arm', ['arch/arm/xen/mm.c'], ['arm64']],
  ['a device tree, which other architectures include', ['arch/arm/boot/dts/am33xx.dtsi'], ['x86_64', 'arm64']],
  ['nothing', [], []],
])('a change of %s builds what it can affect', (_, changed, expected) => {
  expect(built(changed)).toEqual(expected)
})

test('the plan can say which paths matter', () => {
  expect(built(['tools/perf/perf.c'], { ignore: ['tools'] })).toEqual([])
  expect(built(['arch/arm64/mm/fault.c'], { 'by-architecture': false })).toEqual(['x86_64', 'arm64'])
})

test('what is skipped says why, runs with their builds', () => {
  const { skipped, boots } = expandPlan(plan, { names, changedPaths: ['arch/arm64/mm/fault.c'] })
  expect(boots.map(({ device }) => device)).toEqual(['qemu-arm64'])
  expect(skipped).toEqual([
    { kind: 'build', name: 'x86_64-gcc-defconfig', reason: 'only arch/arm64 changed' },
    { kind: 'boot', name: 'qemu-x86_64-x86_64-gcc-defconfig', reason: 'its build is skipped' },
  ])
})
