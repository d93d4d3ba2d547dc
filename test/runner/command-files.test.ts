import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePairs } from './command-files.ts'

test.each([
  ['a=1\n', [['a', '1']]],
  ['a=1', [['a', '1']]],
  ['a=\n', [['a', '']]],
  ['\n\na=b=c\n', [['a', 'b=c']]],
  ['a=x<<EOF\n', [['a', 'x<<EOF']]],
  ['a<<EOF\nx=y\nEOF\n', [['a', 'x=y']]],
  ['a<<EOF=END\nx\nEOF=END\n', [['a', 'x']]],
  ['a<<EOF\nEOF\n', [['a', '']]],
  ['a<<EOF\n\nx\n\nEOF\n', [['a', '\nx\n']]],
  [
    'a<<EOF\nx\n EOF\nEOF\nb=2\n',
    [
      ['a', 'x\n EOF'],
      ['b', '2'],
    ],
  ],
  ['a<<EOF\nx\nEOF', [['a', 'x']]],
  ['a b=c\n', [['a b', 'c']]],
])('%j holds its pairs', (text, pairs) => {
  expect(parsePairs(text)).toEqual(pairs)
})

test.each([
  ['no equals', "Invalid format 'no equals'"],
  ['=x', "Invalid format '=x'. Name must not be empty"],
  ['<<EOF\nx\nEOF\n', "Invalid format '<<EOF'. Name must not be empty and delimiter must not be empty"],
  ['a<<\nx\n', "Invalid format 'a<<'. Name must not be empty and delimiter must not be empty"],
  ['a<<EOF\nx\n', "Invalid value. Matching delimiter not found 'EOF'"],
  ['a<<EOFx y EOF', "Invalid value. Matching delimiter not found 'EOFx y EOF'"],
  ['a<<EOF\nx\nyEOF', 'Invalid value. EOF marker missing new line'],
])('%j fails the step', (text, message) => {
  expect(() => parsePairs(text)).toThrow(message)
})

test('what @actions/core writes is read back, whatever the value', () => {
  const name = fc.stringMatching(/^[A-Za-z_][\w-]{0,20}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      const word = 'ghadelimiter_0f1e2d'
      const text = pairs.map(([key, value]) => `${key}<<${word}\n${value}\n${word}\n`).join('')
      expect(parsePairs(text)).toEqual(pairs)
    }),
  )
})
