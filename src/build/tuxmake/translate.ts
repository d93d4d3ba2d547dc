import { type TuxmakeOption, tuxmakeOptions } from '#build/tuxmake/options'
import { splitWords } from '#process/split-words'
import { LkftError } from '#errors/lkft-error'

/** Reads the words of TuxMake's `@name` option files. */
export type ReadOptionFile = (name: string) => readonly string[]

/**
 * Turns a `tuxmake` command line into the words for `lkft build`. TuxMake's
 * defaults come with it: xz, its artifact names, docker when only an image is given.
 *
 * @param readFile gives the words of `@name`
 * @throws LkftError BAD_ARGUMENT that names every word it cannot translate
 */
export function translateTuxmake(text: string, readFile: ReadOptionFile): readonly string[] {
  const all = [...splitWords(text)]
  if (/(?:^|\/)tuxmake$/.test(all[0] ?? '')) all.shift()
  const words = all.flatMap((word) => (/^@./.test(word) ? readFile(word.slice(1)) : [word]))
  const translated: string[] = []
  const unknown: string[] = []
  const given = new Set<string>()
  while (words.length > 0) {
    const word = words.shift() ?? ''
    if (word === '--') {
      translated.push(...words.splice(0))
    } else if (!word.startsWith('-') || word === '-') {
      translated.push(word)
    } else {
      take(word)
    }
  }
  if (unknown.length > 0) {
    throw new LkftError('BAD_ARGUMENT', `lkft has no translation for: ${unknown.join('; ')}`, {
      hint: 'Leave these words out of the tuxmake command line.',
    })
  }
  if (!given.has('--compression-type')) translated.unshift('--compression-type', 'xz')
  const needsRuntime = ['--image', '--docker-image', '--image-registry'].some((name) => given.has(name))
  if (needsRuntime && !given.has('--runtime')) translated.unshift('--runtime', 'docker')
  return translated

  function take(word: string): void {
    const { option, value: inline } = findOption(word)
    if (option === undefined) {
      unknown.push(word)
      return
    }
    given.add(option.names[0])
    const value = option.takesValue ? (inline ?? words.shift()) : inline
    if (option.takesValue && value === undefined) {
      unknown.push(`${word} (it needs a value)`)
      return
    }
    const result = option.translate(value ?? '')
    if (result === undefined) {
      const shown = option.takesValue ? `${option.names[0]} ${value}` : option.names[0]
      unknown.push(option.instead === undefined ? shown : `${shown} (${option.instead})`)
    } else {
      translated.push(...result)
    }
    // Short flags may stand together: -Fv.
    if (!option.takesValue && inline !== undefined && !word.startsWith('--')) take(`-${inline}`)
  }
}

/** Finds `--name`, `--name=value`, an unambiguous beginning of a name, `-x`, `-xvalue` and `-xyz`. */
function findOption(word: string): { option: TuxmakeOption | undefined; value: string | undefined } {
  if (word.startsWith('--')) {
    const at = word.indexOf('=')
    const name = at < 0 ? word : word.slice(0, at)
    const exact = tuxmakeOptions.filter(({ names }) => names[0] === name)
    const matches = exact.length > 0 ? exact : tuxmakeOptions.filter(({ names }) => names[0].startsWith(name))
    return { option: matches.length === 1 ? matches[0] : undefined, value: at < 0 ? undefined : word.slice(at + 1) }
  }
  const option = tuxmakeOptions.find(({ names }) => names[1] === word.slice(0, 2))
  const rest = word.slice(2).replace(/^=/, '')
  return { option, value: rest === '' ? undefined : rest }
}
