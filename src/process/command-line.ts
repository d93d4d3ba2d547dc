import { LkftError } from '#errors/lkft-error'

/** A command as it will be run: never through a shell, so `argv` needs no quoting until it is shown. */
export interface CommandLine {
  readonly argv: readonly [string, ...string[]]
  /** Working directory; the caller's when absent. */
  readonly cwd?: string
  /** Variables set on top of the child's allowlisted environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** A word that no command line can show; the fault of whoever gave it. */
export class HiddenCharacterError extends LkftError {
  constructor(word: string) {
    super('BAD_ARGUMENT', `${JSON.stringify(word)} holds a control or bidirectional character`, {
      hint: 'A command line must not hold what nobody sees: take the character out of the option or variable.',
    })
  }
}

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/

/**
 * Quotes one word so that a POSIX shell reads back exactly the same bytes.
 * A word with control or bidirectional characters is refused: a reproducer shown
 * to a person must not hold what the person cannot see.
 *
 * @throws HiddenCharacterError when the word holds a NUL, control or bidi character
 */
export function quoteWord(word: string): string {
  if (hasHiddenCharacter(word)) throw new HiddenCharacterError(word)
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
