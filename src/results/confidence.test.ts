import { expect, test } from 'vitest'
import { isConfirmed } from '#results/confidence'

test.each([
  ['four of four on either kernel', [4, 0], [0, 4], true],
  ['three of three say too little', [3, 0], [0, 3], false],
  ['the next build repeats it after a long row of passes', [50, 0], [0, 2], true],
  ['one failure after a long row of passes may be chance', [500, 0], [0, 1], false],
  ['a pass among the re-runs', [50, 0], [1, 4], false],
  ['it failed before as well', [4, 2], [0, 4], false],
] as const)('%s', (_, [passes, fails], [passesNow, failsNow], expected) => {
  expect(isConfirmed({ passes, fails }, { passes: passesNow, fails: failsNow })).toBe(expected)
})

test('nothing before, or nothing now, confirms nothing', () => {
  expect(isConfirmed(undefined, { passes: 0, fails: 9 })).toBe(false)
  expect(isConfirmed({ passes: 9, fails: 0 }, undefined)).toBe(false)
})
