import { expect, test } from 'vitest'
import { startAgain } from '#suites/reboot-loop'
import type { Death } from '#suites/session'

const restarted: Death = { kind: 'gone', message: 'the guest restarted the machine' }

test('a machine that restarts while booting is started once more, and then it is a loop', () => {
  const deaths = [restarted]
  expect(startAgain(deaths, false)).toBe(true)
  deaths.push(restarted)
  expect(startAgain(deaths, false)).toBe(false)
  expect(deaths).toEqual([{ kind: 'gone', message: 'reboot loop: the guest restarted the machine in each of 2 boots' }])
})

test('one that switches itself off twice is no reboot loop, but says that it happens each time', () => {
  const off: Death = { kind: 'gone', message: 'the guest switched the machine off' }
  const deaths = [off, off]
  expect(startAgain(deaths, false)).toBe(false)
  expect(deaths[0]?.message).toBe('the guest switched the machine off in each of 2 boots')
})

test('a restart under a test, a crash and a hang are what they are', () => {
  expect(startAgain([restarted], true)).toBe(false)
  expect(startAgain([{ kind: 'crash', message: 'a panic' }], false)).toBe(false)
  const deaths: Death[] = [restarted, { kind: 'hang', message: 'silence' }]
  expect(startAgain(deaths, false)).toBe(false)
  expect(deaths).toHaveLength(2)
})
