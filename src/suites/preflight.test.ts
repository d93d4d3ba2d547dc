import { expect, test } from 'vitest'
import { findSuites } from '#suites/catalogue'
import { preflight } from '#suites/preflight'

const device = 'qemu-x86_64'

test('a kernel without the option that a suite needs is refused by its name', () => {
  const config = '# CONFIG_KUNIT is not set\nCONFIG_KUNITX=y\n'
  expect(() => preflight(findSuites(['kunit']), { device, config })).toThrow(
    'suite kunit needs CONFIG_KUNIT in the kernel',
  )
  expect(() => preflight(findSuites(['kunit']), { device, config: 'CONFIG_KUNIT=m\n' })).not.toThrow()
  expect(() => preflight(findSuites(['kunit']), { device })).not.toThrow()
})

test('programs that the root file system does not hold are named, all at once', () => {
  const files = new Set(['bin/sh', 'usr/bin/perf', 'opt/ltp/runtest/mm'])
  const suites = findSuites(['perf', 'ltp-mm', 'kselftest-futex', 'v4l2'])
  expect(() => preflight(suites, { device, files })).toThrow(
    'suite kselftest-futex needs /opt/kselftests in the root file system\n' +
      'suite v4l2 needs v4l2-compliance in the root file system',
  )
})

test('suites of other devices are refused with where they run', () => {
  expect(() => preflight(findSuites(['kselftest-arm64']), { device })).toThrow('does not run on qemu-x86_64, only on')
  expect(() => preflight(findSuites(['kselftest-x86']), { device })).not.toThrow()
  expect(() => preflight(findSuites(['bionic']), { device })).toThrow('runs on fvp-morello-android only')
})
