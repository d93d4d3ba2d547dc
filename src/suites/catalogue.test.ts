import { expect, test } from 'vitest'
import { findSuites, suites } from '#suites/catalogue'

test('every suite of TuxRun is there under its name, and boot', () => {
  expect(suites).toHaveLength(249)
  expect(new Set(suites.map(({ name }) => name)).size).toBe(249)
})

test('globs find what they match, each suite once, in the order asked', () => {
  const names = findSuites(['ltp-m*', 'boot', 'ltp-mm']).map(({ name }) => name)
  expect(names).toEqual(['ltp-math', 'ltp-mm', 'boot'])
  expect(findSuites(['kselftest-*'])).toHaveLength(125)
})

test('an unknown name is answered with the nearest', () => {
  expect(() => findSuites(['kselftest-futx'])).toThrow("unknown suite 'kselftest-futx'")
  expect(() => findSuites(['nothing-*'])).toThrow('unknown suite')
})

test('limits are those of TuxRun', () => {
  const minutes = (name: string): number | undefined => findSuites([name])[0]?.timeoutMinutes
  expect([minutes('kunit'), minutes('ltp-syscalls'), minutes('kselftest-bpf'), minutes('boot')]).toEqual([
    20, 60, 45, 15,
  ])
})
