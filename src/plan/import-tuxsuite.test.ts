import { expect, test } from 'vitest'
import { importTuxsuite } from '#plan/import-tuxsuite'
import { readTuxsuitePlan } from '#plan/tuxsuite-plan'
import { findProblems } from '#schema/validate'

const every = `
version: 1
name: every combination
description: shown nowhere
jobs:
- build: {toolchain: gcc-8, target_arch: i386, kconfig: tinyconfig}
  sanity_test: {device: qemu-i386}
  test: {device: qemu-i386, tests: [ltp-smoke]}
- builds:
  - {toolchain: gcc-8, target_arch: i386, kconfig: tinyconfig}
  - {toolchain: gcc-9, target_arch: i386, kconfig: [defconfig, "CONFIG_KASAN=y"], kernel_image: vmlinux, make_variables: {W: 1}}
  tests:
  - {device: qemu-i386}
  - {device: qemu-i386, tests: [ltp-syscalls], sharding: 10, timeouts: {ltp-syscalls: 60}}
- tests:
  - {kernel: https://example.org/Image, device: qemu-arm64, tests: [ltp-smoke], parameters: {A: b}}
`

test('every kind of job of a TuxSuite plan becomes builds and boots that point at them', async () => {
  const { plan, notes } = importTuxsuite(readTuxsuitePlan(every, 'plan.yaml'))
  expect(await findProblems('plan', plan)).toEqual([])
  expect(plan).toEqual({
    version: 1,
    name: 'every combination',
    builds: [
      { name: 'i386-gcc-8-tinyconfig', 'target-arch': 'i386', toolchain: 'gcc-8', kconfig: 'tinyconfig' },
      { name: 'i386-gcc-8-tinyconfig-2', 'target-arch': 'i386', toolchain: 'gcc-8', kconfig: 'tinyconfig' },
      {
        name: 'i386-gcc-9-defconfig',
        'target-arch': 'i386',
        toolchain: 'gcc-9',
        kconfig: 'defconfig',
        'kconfig-add': ['CONFIG_KASAN=y'],
        'kernel-image': 'vmlinux',
        'make-variables': { W: '1' },
      },
    ],
    boots: [
      { device: 'qemu-i386', builds: ['i386-gcc-8-tinyconfig'], suites: ['boot'] },
      { device: 'qemu-i386', builds: ['i386-gcc-8-tinyconfig'], suites: ['boot', 'ltp-smoke'] },
      { device: 'qemu-i386', builds: ['i386-gcc-8-tinyconfig-2', 'i386-gcc-9-defconfig'], suites: ['boot'] },
      {
        device: 'qemu-i386',
        builds: ['i386-gcc-8-tinyconfig-2', 'i386-gcc-9-defconfig'],
        suites: ['boot', 'ltp-syscalls'],
        shards: 10,
        'timeout-minutes': 60,
      },
      { device: 'qemu-arm64', kernel: 'https://example.org/Image', suites: ['boot', 'ltp-smoke'] },
    ],
  })
  expect(notes).toEqual([
    'jobs[0]: sanity_test runs beside the other tests, it does not hold them back',
    "jobs[2]: the test's parameters has no counterpart and is left out",
  ])
})

test.each([
  ['version: 2\njobs: []', /plan\.yaml:1: version/],
  ['version: 1\njobs:\n- bake: {distro: x}', /plan\.yaml:3: jobs\[0\]: bake cannot be imported/],
  ['version: 1\njobs: [', /plan\.yaml:\d+: /],
  ['just text', /version/],
])('%j is refused with its line', (text, message) => {
  expect(() => readTuxsuitePlan(text, 'plan.yaml')).toThrow(message)
})
