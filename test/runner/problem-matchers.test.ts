import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ProblemMatchers } from './problem-matchers.ts'

let workspace: string
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lkft-matchers-'))
  mkdirSync(join(workspace, 'lib'))
  writeFileSync(join(workspace, 'lib/a.c'), '')
})
afterAll(() => rm(workspace, { recursive: true }))

const file = (...matchers: object[]): string => JSON.stringify({ problemMatcher: matchers })
const gcc = {
  owner: 'gcc',
  pattern: [
    { regexp: '^(.+?):(\\d+):(\\d+): (error|warning): (.+)$', file: 1, line: 2, column: 3, severity: 4, message: 5 },
  ],
}

function annotations(matcher: string, lines: readonly string[]) {
  const matchers = new ProblemMatchers(workspace)
  matchers.add(matcher)
  return lines.map((line) => matchers.match(line)).filter((found) => found !== undefined)
}

test('one pattern gives file, place and level; colours do not matter', () => {
  expect(annotations(file(gcc), ['CC lib/a.o', '\u001B[1mlib/a.c:3:7: warning: unused\u001B[m'])).toEqual([
    { level: 'warning', message: 'unused', file: 'lib/a.c', line: 3, column: 7 },
  ])
})

test('a file outside of the workspace, or absent, is not named', () => {
  expect(annotations(file(gcc), ['/etc/passwd:1:1: error: a', 'lib/none.c:1:1: error: b'])).toEqual([
    { level: 'error', message: 'a', line: 1, column: 1 },
    { level: 'error', message: 'b', line: 1, column: 1 },
  ])
})

const eslint = {
  owner: 'stylish',
  severity: 'notice',
  pattern: [
    { regexp: '^(\\S+\\.c)$', file: 1 },
    { regexp: '^  (\\d+) (.+)$', line: 1, message: 2, loop: true },
  ],
}

test('patterns of several lines, the last of them over and over', () => {
  const lines = ['  9 too early', 'lib/a.c', '  1 one', '  2 two', 'other', '  3 three']
  expect(annotations(file(eslint), lines)).toEqual([
    { level: 'notice', message: 'one', file: 'lib/a.c', line: 1 },
    { level: 'notice', message: 'two', file: 'lib/a.c', line: 2 },
  ])
})

test('a matcher that matches resets the others; the newest is asked first; one is taken away by its owner', () => {
  const matchers = new ProblemMatchers(workspace)
  matchers.add(file(eslint))
  matchers.add(file({ ...gcc, owner: 'GCC' }))
  matchers.add(file(gcc))
  matchers.match('lib/a.c')
  matchers.match('lib/a.c:1:1: error: x')
  expect(matchers.match('  1 one')).toBeUndefined()
  matchers.remove('Gcc')
  expect(matchers.match('lib/a.c:1:1: error: x')).toBeUndefined()
})

test.each([
  [file({ pattern: [{ regexp: 'x', message: 0 }] }), 'Owner must not be empty'],
  [file({ owner: 'a' }), "'a' does not contain any patterns"],
  [file({ owner: 'a', severity: 'fatal', pattern: [{ regexp: 'x', message: 0 }] }), 'unexpected default severity'],
  [file({ owner: 'a', pattern: [{ regexp: 'x' }] }), "must set 'message'"],
  [file({ owner: 'a', pattern: [{ regexp: '(x)', message: 2 }] }), 'out of range'],
  [file({ owner: 'a', pattern: [{ regexp: 'x', message: 0, loop: true }] }), 'Only the last pattern'],
  [
    file({
      owner: 'a',
      pattern: [
        { regexp: 'x', message: 0 },
        { regexp: 'y', message: 0 },
      ],
    }),
    "'message' is set twice",
  ],
  [file(gcc, gcc), 'Duplicate owner name'],
])('%s is refused', (matcher, message) => {
  expect(() => new ProblemMatchers(workspace).add(matcher)).toThrow(message)
})
