import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
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

/** TuxRun's table: name, limit in minutes, what it runs, devices, iterations. */
const rows = readFileSync(new URL('fixtures/tuxrun-suites.psv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('|'))

/** Collections that TuxRun asks for under names that no kernel has. */
const misspelt: Readonly<Record<string, string>> = {
  'drivers.hw': 'drivers.net.hw',
  'filesystem.binderfs': 'filesystems.binderfs',
  'filesystem.epoll': 'filesystems.epoll',
  'filesystem.fat': 'filesystems.fat',
}
const runs = ['TST_CMDFILES', 'MMTESTS_CONFIG', 'FILESYSTEM']

describe("a row of TuxRun's table", () => {
  it('is one of 248', () => {
    expect(rows).toHaveLength(248)
  })

  it.each(rows)('%s', (name = '', minutes = '', what = '', devices = '', iterations = '') => {
    const [suite] = findSuites([name])
    expect(findSuites([`${name.slice(0, -1)}*`])).toContain(suite)
    expect(suite?.timeoutMinutes).toBe(Number(minutes))
    const told = runs.map((key) => suite?.parameters[key]).find((value) => value !== undefined)
    const asked = misspelt[what] ?? what
    expect(asked === '' ? asked : told).toBe(asked)
    expect(suite?.parameters['ITERATIONS'] ?? '').toBe(iterations)
    const virtual = devices.split(',').filter((device) => /^(?:qemu|fvp|\*)-/.test(device))
    const where = virtual.includes('qemu-*') ? [] : virtual
    expect(suite?.kind === 'elsewhere' ? where : suite?.devices).toEqual(where)
  })
})
