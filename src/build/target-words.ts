import { LkftError } from '#errors/lkft-error'

/** What the words behind `lkft build` (and `tuxmake`) stand for. */
export interface SortedWords {
  readonly targets: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly kconfig: string | undefined
}

/**
 * Sorts positional words as TuxMake does: `K=V` is a make variable, a name that
 * ends in `config` the kconfig, a path or object a Kbuild target, the rest
 * targets. The value of a variable may hold `=`.
 *
 * @throws LkftError BAD_ARGUMENT for a second kconfig
 */
export function sortWords(words: readonly string[]): SortedWords {
  const targets: string[] = []
  const variables: Record<string, string> = {}
  let kconfig: string | undefined
  for (const word of words) {
    const at = word.indexOf('=')
    if (at > 0) {
      variables[word.slice(0, at)] = word.slice(at + 1)
    } else if (/^[\w-]+config$/.test(word) && word !== 'config') {
      if (kconfig !== undefined) throw new LkftError('BAD_ARGUMENT', `two base configurations: ${kconfig} and ${word}`)
      kconfig = word
    } else if (/\/|\.(?:o|ko|s|i|lst|dtb|dtbo)$/.test(word) && !word.startsWith('make:')) {
      targets.push(`make:${word}`)
    } else {
      targets.push(word)
    }
  }
  return { targets, variables, kconfig }
}
