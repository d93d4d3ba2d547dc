import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boardCommand } from '#lab/board-command'
import { quoteWord } from '#process/command-line'

describe('words of a power command', () => {
  test('are split at blanks, quotes keep blanks', () => {
    expect(boardCommand(`pdu --outlet  "rack 3" 'a"b' x\\ y ""`, '/power/on').argv).toEqual([
      'pdu',
      '--outlet',
      'rack 3',
      'a"b',
      'x y',
      '',
    ])
  })

  test('come back as they were quoted for a shell', () => {
    const word = fc.string({ unit: 'grapheme-ascii' }).filter((text) => !/[\u0000-\u001f\u007f]/.test(text))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(boardCommand(words.map(quoteWord).join(' '), 'x').argv).toEqual(words)
      }),
    )
  })

  test.each([`a 'b`, `a "b`, 'a \\', '  '])('%j is refused by field', (text) => {
    expect(() => boardCommand(text, '/power/on')).toThrow('/power/on')
  })
})
