import { LkftError } from '#errors/lkft-error'

/**
 * Splits a command line into words as a POSIX shell does: quotes, backslashes,
 * and no expansion of anything.
 *
 * @throws LkftError BAD_ARGUMENT for an open quote or a backslash at the end
 */
export function splitWords(text: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === "'" || char === '"') {
      const end = closing(text, at)
      const inner = text.slice(at + 1, end)
      word = (word ?? '') + (char === '"' ? inner.replaceAll(/\\([$`"\\\n])/g, '$1') : inner)
      at = end
    } else if (char === '\\') {
      at++
      if (at === text.length) throw broken(text, 'ends in a backslash')
      // A backslash at the end of a line joins two lines.
      if (text.charAt(at) !== '\n') word = (word ?? '') + text.charAt(at)
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + char
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

function closing(text: string, open: number): number {
  const quote = text.charAt(open)
  for (let at = open + 1; at < text.length; at++) {
    if (text.charAt(at) === quote) return at
    if (quote === '"' && text.charAt(at) === '\\') at++
  }
  throw broken(text, `has an open ${quote}`)
}

function broken(text: string, why: string): LkftError {
  return new LkftError('BAD_ARGUMENT', `${JSON.stringify(text)} ${why}`)
}
