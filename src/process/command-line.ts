/** A command as it will be run: never through a shell, so `argv` needs no quoting until it is shown. */
export interface CommandLine {
  readonly argv: readonly [string, ...string[]]
  /** Working directory; the caller's when absent. */
  readonly cwd?: string
  /** Variables set on top of the child's allowlisted environment. */
  readonly env?: Readonly<Record<string, string>>
}

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/

/**
 * Quotes one word so that a POSIX shell reads back exactly the same bytes.
 * A word with control or bidirectional characters is refused: a reproducer shown
 * to a person must not hold what the person cannot see.
 *
 * @throws RangeError when the word holds a NUL, control or bidi character
 */
export function quoteWord(word: string): string {
  if (hasHiddenCharacter(word))
    throw new RangeError(`cannot show ${JSON.stringify(word)} as a shell word: it holds a control character`)
  if (plainWord.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** One shell-quoted line: environment assignments, then the words. */
export function formatCommandLine(command: CommandLine): string {
  const assignments = Object.entries(command.env ?? {}).map(([name, value]) => `${name}=${quoteWord(value)}`)
  return [...assignments, ...command.argv.map(quoteWord)].join(' ')
}

/** True for C0, C1, bidirectional controls, zero-width and line separators. */
export function hasHiddenCharacter(text: string): boolean {
  return /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(text)
}
