import { describe, expect, test } from 'vitest'
import { type ChangeClass, classify } from '#report/classify'
import type { Observation } from '#results/observation'

/** An observation of the given outcomes, one for each kernel; `.` means that it never ran. */
function observed(history: string): Observation | undefined {
  if (history === '.') return undefined
  const newest = { passes: 0, fails: 0 }
  return { history, kernel: history.length, passes: 0, fails: 0, newest, run: 0, since: 0, message: undefined }
}

const classOf = (
  before: string,
  after: string,
  more: { known?: boolean; intermittent?: boolean; cut?: boolean } = {},
) =>
  classify({
    before: observed(before),
    after: observed(after),
    known: more.known === true ? { intermittent: more.intermittent === true } : undefined,
    isCutOff: more.cut === true,
  })

describe('the class of a test', () => {
  test.each<[string, string, ChangeClass | undefined, string]>([
    ['P', 'P', undefined, 'passing stays passing'],
    ['P', 'F', 'regression', 'passing begins to fail'],
    ['PS', 'F', 'regression', 'a skip in between does not hide a regression'],
    ['F', 'P', 'fix', 'failing begins to pass'],
    ['X', 'P', 'fix', 'an expected failure passes'],
    ['F', 'F', 'still-failing', 'failing goes on'],
    ['PF', 'F', 'still-failing', 'broken in an earlier kernel'],
    ['.', 'F', 'new-failure', 'never ran before'],
    ['S', 'F', 'new-failure', 'was only skipped before'],
    ['P', 'S', 'new-skip', 'is skipped now'],
    ['S', 'S', undefined, 'stays skipped'],
    ['P', '.', 'lost', 'is gone'],
    ['S', '.', undefined, 'a skipped test is gone'],
    ['P', 'M', 'flaky', 'passes and fails on one kernel'],
    ['M', 'F', 'flaky', 'passed and failed on the baseline'],
    ['PFPF', 'F', 'flaky', 'went back and forth'],
    ['M', 'M', 'flaky', 'flaky on both'],
    ['PFP', 'P', undefined, 'an unsteady test that passes is no fix'],
    ['PFPF', 'P', undefined, 'an unsteady test that passes again is no fix'],
    ['P', 'X', undefined, 'is marked as expected to fail'],
  ])('%s then %s: %s (%s)', (before, after, expected) => {
    expect(classOf(before, after)).toBe(expected)
  })

  test('re-runs of both kernels tell a regression of an unsteady test from its unsteadiness', () => {
    const before = observed('PFPFP')
    const after = observed('F')
    if (before === undefined || after === undefined) throw new Error('no observation')
    before.newest.passes = 4
    after.newest.fails = 4
    const sides = { before, after, known: undefined, isCutOff: false }
    expect(classify(sides)).toBe('regression')
    before.newest.fails = 1
    expect(classify(sides)).toBe('flaky')
  })

  test('a known issue covers a failure and a flaky test, never a pass', () => {
    expect(classOf('P', 'F', { known: true })).toBe('known-issue')
    expect(classOf('P', 'M', { known: true })).toBe('known-issue')
    expect(classOf('F', 'P', { known: true })).toBe('fix')
    expect(classOf('F', 'P', { known: true, intermittent: true })).toBeUndefined()
  })

  test('what the lab cut off is not lost', () => {
    expect(classOf('P', '.', { cut: true })).toBeUndefined()
    expect(classOf('P', 'F', { cut: true })).toBe('regression')
  })
})
