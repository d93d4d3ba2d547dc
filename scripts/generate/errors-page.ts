import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCatalogue } from '#errors/catalogue'

const exits = { kernel: 1, caller: 2, infrastructure: 3 }

/** docs/errors.md with its table made anew from the catalogue; the text above the table is kept. */
export async function generateErrorsPage(root: string): Promise<Map<string, string>> {
  const path = 'docs/errors.md'
  const page = await readFile(join(root, path), 'utf8')
  const head = page.slice(0, page.indexOf('|---|---|---|\n') + '|---|---|---|\n'.length)
  const rows = Object.entries(errorCatalogue)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([code, { fault, meaning }]) => `| \`${code}\` | ${exits[fault]} | ${meaning} |\n`)
  return new Map([[path, head + rows.join('')]])
}
