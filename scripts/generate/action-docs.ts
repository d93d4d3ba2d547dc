import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

/** The part of an action.yml that its README shows. */
interface ActionFile {
  readonly name: string
  readonly description: string
  readonly inputs?: Readonly<Record<string, { description: string; default?: string; required?: boolean }>>
  readonly outputs?: Readonly<Record<string, { description: string }>>
}

const start = '<!-- generated from action.yml: npm run generate -->'
const end = '<!-- end of generated part -->'

/** Rewrites the inputs and outputs of each actions/<name>/README.md from its action.yml; gives path → content. */
export async function generateActionDocs(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const name of (await readdir(join(root, 'actions'))).sort()) {
    const action = await readFile(join(root, 'actions', name, 'action.yml'), 'utf8').catch(() => undefined)
    if (action === undefined) continue
    const path = `actions/${name}/README.md`
    const readme = await readFile(join(root, path), 'utf8').catch(() => '')
    files.set(path, insert(readme, tables(parse(action) as ActionFile), path))
  }
  return files
}

function insert(readme: string, generated: string, path: string): string {
  const from = readme.indexOf(start)
  const to = readme.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${path} needs the lines '${start}' and '${end}'`)
  return `${readme.slice(0, from + start.length)}\n\n${generated}\n\n${readme.slice(to)}`
}

function tables({ inputs = {}, outputs = {} }: ActionFile): string {
  const inputRows = Object.entries(inputs).map(([name, { description, default: value = '' }]) => {
    const shown = value === '' ? '' : `\`${value}\``
    return `| \`${name}\` | ${cell(description)} | ${shown} |`
  })
  const outputRows = Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |`)
  return [
    '## Inputs',
    '',
    '| Input | Meaning | Default |',
    '|---|---|---|',
    ...inputRows,
    '',
    '## Outputs',
    '',
    '| Output | Meaning |',
    '|---|---|',
    ...outputRows,
  ].join('\n')
}

function cell(text: string): string {
  return text
    .trim()
    .replaceAll('|', String.raw`\|`)
    .replaceAll(/\s+/g, ' ')
}
