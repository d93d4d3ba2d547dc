import { LkftError } from '#errors/lkft-error'
import type { CommandLine } from '#process/command-line'
import { splitWords } from '#process/split-words'

/**
 * A command of a board file as words; nothing is expanded.
 *
 * @param field named in the error
 * @throws LkftError BAD_DOCUMENT for an open quote, a trailing backslash or no word at all
 */
export function boardCommand(text: string, field: string): CommandLine {
  const [program, ...rest] = wordsOf(text, field)
  if (program === undefined) throw new LkftError('BAD_DOCUMENT', `${field}: ${JSON.stringify(text)} holds no word`)
  return { argv: [program, ...rest] }
}

function wordsOf(text: string, field: string): readonly string[] {
  try {
    return splitWords(text)
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${field}: ${(error as Error).message}`, { cause: error })
  }
}
