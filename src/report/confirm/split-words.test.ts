import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCommandLine } from '#process/command-line'
import { splitWords } from '#report/confirm/split-words'

test('reads back what is written for a shell', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', "'", '"', '$', '(', '\\', '`', '-', '=', 'é'),
    maxLength: 8,
  })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), ([first = '', ...rest]) => {
      expect(splitWords(formatCommandLine({ argv: [first, ...rest] }))).toEqual([first, ...rest])
    }),
  )
})

test.each(['lkft boot; id', 'lkft $(id)', 'lkft boot "x"', 'lkft boot > x', "lkft 'open"])('%s is refused', (line) => {
  expect(splitWords(line)).toBeUndefined()
})
