/**
 * The words of a command line that `formatCommandLine` wrote: plain words and single
 * quotes, nothing that a shell would expand. Undefined for any other text.
 */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = []
  const piece = /(?<space> +)|(?<plain>[A-Za-z0-9_@%+=:,./-]+)|'(?<quoted>[^']*)'|\\(?<quote>')/y
  let word: string | undefined
  while (piece.lastIndex < line.length) {
    const found = piece.exec(line)
    if (found?.groups === undefined) return undefined
    const { space, plain, quoted, quote } = found.groups
    if (space === undefined) word = (word ?? '') + (plain ?? quoted ?? quote ?? '')
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}
