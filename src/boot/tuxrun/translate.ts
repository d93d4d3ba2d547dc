import { type TuxrunOption, tuxrunOptions } from '#boot/tuxrun/options'
import { LkftError } from '#errors/lkft-error'
import { quoteWord } from '#process/command-line'
import { splitWords } from '#process/split-words'

/**
 * Turns a `tuxrun` command line into the words for `lkft boot`, with TuxRun's hardware.
 *
 * @throws LkftError BAD_ARGUMENT that names every word it cannot translate
 */
export function translateTuxrun(text: string): readonly string[] {
  const words = [...splitWords(text)]
  if (/(?:^|\/)tuxrun$/.test(words[0] ?? '')) words.shift()
  const translated: string[] = ['--profile', 'tuxrun']
  const unknown: string[] = []
  const command: string[] = []
  while (words.length > 0) {
    const word = words.shift() ?? ''
    if (word === '--') command.push(...words.splice(0))
    else if (word.startsWith('-') && word !== '-') take(word)
    else command.push(word)
  }
  if (unknown.length > 0) {
    throw new LkftError('BAD_ARGUMENT', `lkft has no translation for: ${unknown.join('; ')}`, {
      hint: 'Leave these words out of the tuxrun command line.',
    })
  }
  if (command.length > 0) translated.push('--command', commandOf(command))
  return translated

  function take(word: string): void {
    const at = word.indexOf('=')
    const option = findOption(at < 0 ? word : word.slice(0, at))
    if (option === undefined) {
      unknown.push(word)
      return
    }
    const values = [...(at < 0 ? [] : [word.slice(at + 1)]), ...takeValues(option, at >= 0)]
    const least = option.values === 'none' || option.values === 'up-to-two' ? 0 : 1
    if (values.length < least) {
      unknown.push(`${option.name} (it needs a value)`)
      return
    }
    const result = option.translate(values)
    if (result !== undefined) translated.push(...result)
    else {
      const shown = [option.name, ...(option.values === 'none' ? [] : values)].join(' ')
      unknown.push(option.instead === undefined ? shown : `${shown} (${option.instead})`)
    }
  }

  function takeValues({ values }: TuxrunOption, given: boolean): readonly string[] {
    const most = { none: 0, one: 1, 'one-or-two': 2, 'up-to-two': 2, many: Number.POSITIVE_INFINITY }[values]
    if (given) return []
    const next = words.findIndex((word) => word.startsWith('-') && word !== '-')
    return words.splice(0, Math.min(most, next < 0 ? words.length : next))
  }
}

/** TuxRun runs one command; of several words each is quoted, as it does. */
function commandOf(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? '') : words.map((word) => quoteWord(word)).join(' ')
}

/** An option by its name, or by the beginning of it that only one has. */
function findOption(name: string): TuxrunOption | undefined {
  const exact = tuxrunOptions.find((option) => option.name === name)
  if (exact !== undefined) return exact
  const matches = tuxrunOptions.filter((option) => option.name.startsWith(name))
  return name.length > 2 && matches.length === 1 ? matches[0] : undefined
}
