import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tuxrunOptions } from '#boot/tuxrun/options'
import { tuxmakeOptions } from '#build/tuxmake/options'

const page = 'docs/moving.md'

/** Values that are tried in turn, until an option takes them. */
const samples: readonly string[] = ['X', '1', 'ccache', 'boot=1', 'null']

/** One row per option that the translators know, so that none is forgotten; gives path → content. */
export async function generateMovingOptions(root: string): Promise<Map<string, string>> {
  let text = await readFile(join(root, page), 'utf8')
  const tuxmake = tuxmakeOptions.map(({ names, takesValue, translate, instead }) =>
    row([...names].join('`, `'), takesValue, (value) => translate(value), instead),
  )
  const tuxrun = tuxrunOptions.map(({ name, values, translate, instead }) =>
    row(name, values !== 'none', (value) => translate(values === 'none' ? [] : [value]), instead),
  )
  text = insert(text, 'tuxmake options', ['| TuxMake | lkft build |', '|---|---|', ...tuxmake])
  text = insert(text, 'tuxrun options', ['| TuxRun | lkft boot |', '|---|---|', ...tuxrun])
  return new Map([[page, text]])
}

function row(
  names: string,
  takesValue: boolean,
  translate: (value: string) => readonly string[] | undefined,
  instead: string | undefined,
): string {
  const taken = samples.find((value) => translate(value) !== undefined)
  const words = taken === undefined ? undefined : translate(taken)
  const shown = takesValue && taken !== undefined ? `\`${names}\` \`${taken}\`` : `\`${names}\``
  if (words === undefined) return `| ${shown} | none: ${instead ?? 'not translated'} |`
  const told = words.length === 0 ? 'not needed' : `\`${words.join(' ')}\``
  return `| ${shown} | ${told}${instead === undefined ? '' : ` (else: ${instead})`} |`
}

function insert(text: string, name: string, lines: readonly string[]): string {
  const begin = `<!-- ${name} -->`
  const end = `<!-- /${name} -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${page} needs the lines '${begin}' and '${end}'`)
  return `${text.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${text.slice(to)}`
}
