import { describe, expect, test } from 'vitest'
import { squadPattern } from '#report/squad/known-issues'
import { squadName } from '#report/squad/test-name'

describe('names as SQUAD stores them', () => {
  test.each([
    ['s', 't', 's/t'],
    ['/', 't', 't'],
    ['', 't', 't'],
    ['/', '/t', 't'],
    ['/', '//t', 't'],
    ['a/b', 'c', 'a/b/c'],
    ['a', 'b/c', 'a/b/c'],
    ['a', 'b[x/y]', 'a/b[x/y]'],
    ['/', 'b[x/y]', 'b[x/y]'],
  ])('%s and %s are %s', (suite, name, full) => {
    expect(squadName(suite, name)).toBe(full)
  })

  test('a name over 256 characters is dropped, its suite not counted', () => {
    expect(squadName('s'.repeat(300), 't')).toBeDefined()
    expect(squadName('s', '😀'.repeat(256))).toBeDefined()
    expect(squadName('s', 't'.repeat(257))).toBeUndefined()
    expect(squadName('s', `a[${'x/'.repeat(130)}]`)).toBeUndefined()
  })
})

describe('patterns of known issues', () => {
  test.each([
    ['s/foo', 's/foobar', true],
    ['s/foo', 'x/s/foo', false],
    ['s/*.b', 's/a.b.c', true],
    ['s/a.c', 's/abc', false],
    ['*', 'anything', true],
    ['', 'anything', true],
    ['s/a+(b)', 's/a+(b)', true],
    ['s/*x', 's/a\nx', false],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(squadPattern(pattern).test(name)).toBe(matches)
  })
})
