import { LkftError } from '#errors/lkft-error'
import type { CommandLine } from '#process/command-line'

/**
 * Splits a command of a board file into words as a POSIX shell would, with
 * single quotes, double quotes and backslashes; nothing is expanded.
 *
 * @param what names the field in the error
 * @throws LkftError BAD_DOCUMENT for an open quote, a trailing backslash or no word at all
 */
export function splitWords(text: string, what: string): CommandLine {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    const next = text.charAt(i + 1)
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === quote) {
      quote = undefined
    } else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character
      word ??= ''
    } else if (character === '\\' && (quote === undefined || (quote === '"' && /["\\$`]/.test(next)))) {
      if (next === '') throw broken(what, text, 'ends in a backslash')
      word = (word ?? '') + next
      i++
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote !== undefined) throw broken(what, text, `has an open ${quote}`)
  if (word !== undefined) words.push(word)
  const [program, ...rest] = words
  if (program === undefined) throw broken(what, text, 'holds no word')
  return { argv: [program, ...rest] }
}

function broken(what: string, text: string, why: string): LkftError {
  return new LkftError('BAD_DOCUMENT', `${what}: ${JSON.stringify(text)} ${why}`)
}
