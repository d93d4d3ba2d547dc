import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCommandLine, hasHiddenCharacter, HiddenCharacterError, quoteWord } from '#process/command-line'

describe('a quoted command line', () => {
  it('is read back by sh word for word, whatever the words hold', () => {
    const words = fc.array(
      fc.string({ unit: 'grapheme' }).filter((word) => !hasHiddenCharacter(word)),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(words, (argv) => {
        const line = formatCommandLine({ argv: ['printf', '%s\\0', ...argv] })
        const printed = execFileSync('sh', ['-c', line], { encoding: 'utf8' })
        expect(printed.split('\0').slice(0, -1)).toEqual(argv)
      }),
      { numRuns: 60 },
    )
  })

  it('runs nothing that a word only mentions', () => {
    expect(formatCommandLine({ argv: ['echo', '$(touch x)', '`id`', "a'b"] })).toBe(
      `echo '$(touch x)' '\`id\`' 'a'\\''b'`,
    )
  })

  it('sets its variables first', () => {
    expect(formatCommandLine({ argv: ['make', 'all'], env: { KCFLAGS: '-O2 -g' } })).toBe("KCFLAGS='-O2 -g' make all")
  })

  it('never shows what a person could not see', () => {
    expect(() => quoteWord('safe\u202egnp')).toThrow(HiddenCharacterError)
    expect(() => quoteWord('two\nlines')).toThrow(HiddenCharacterError)
  })
})
