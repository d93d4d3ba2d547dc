import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { commandTable } from '#cli/command-table'
import { checkRunBy, provenPages } from './doc-commands.ts'
import { checkThreatModel } from './threat-model.ts'

/** Commands of `lkft` by name, with the long and short options that each takes. */
export type Options = ReadonlyMap<string, ReadonlySet<string>>

/** What every `lkft` command takes, from its own definition. */
export async function readOptions(): Promise<Options> {
  const known = new Map<string, ReadonlySet<string>>()
  for (const { name, load } of commandTable) {
    const command = new Command(name)
    const { define } = await load()
    define(command)
    known.set(name, new Set(optionsOf(command)))
  }
  return known
}

function optionsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long, short }) => [long, short].filter((word) => word !== undefined))
  return [...own, '--help', '-h', ...command.commands.flatMap(optionsOf)]
}

/** `lkft …` lines of a page's shell blocks and inline code. */
export function commandsOf(page: string): readonly string[] {
  const blocks = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, text = '']) =>
    text.replaceAll('\\\n', ' ').split('\n'),
  )
  const inline = [...page.matchAll(/(?<!`)`(lkft [^`\n]+)`(?!`)/g)].map(([, text = '']) => text)
  return [...blocks, ...inline]
    .map((line) => line.replace(/\s#\s.*$/, '').trim())
    .map((line) => /^(?:[A-Z_]+=\S*\s+)*(?:\.\/)?(?:bin\/)?lkft(?:\s+(.*))?$/.exec(line)?.[1])
    .filter((words) => words !== undefined)
}

/** What is wrong with one command line of a page: an unknown command or option. */
export function checkCommand(words: string, known: Options): string | undefined {
  const [name = '', ...rest] = words.replaceAll(/'[^']*'|"[^"]*"/g, 'text').split(/\s+/)
  if (name.startsWith('-') || name === '…') return undefined
  const options = known.get(name)
  if (options === undefined) return `there is no 'lkft ${name}'`
  const end = rest.findIndex((word) => ['|', '>', '&&', ';', '--'].includes(word))
  const wrong = (end < 0 ? rest : rest.slice(0, end))
    .filter((word) => /^--?[a-z]/i.test(word))
    .map((word) => word.split('=', 1)[0] ?? word)
    .find((word) => !options.has(word))
  return wrong === undefined ? undefined : `'lkft ${name}' has no option ${wrong}`
}

/** Links of a page to files of the repository that are not there. */
export function brokenLinks(page: string, file: string): readonly string[] {
  const links = [...page.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link)
  return links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(dirname(file), link)))
}

/** Everything wrong with the pages of a repository. */
export async function checkDocs(root: string): Promise<readonly string[]> {
  const known = await readOptions()
  const problems: string[] = []
  for await (const path of glob(['docs/*.md', 'README.md', 'CONTRIBUTING.md', 'actions/*/README.md'], { cwd: root })) {
    const page = await readFile(join(root, path), 'utf8')
    for (const words of commandsOf(page)) {
      const problem = checkCommand(words, known)
      if (problem !== undefined) problems.push(`${path}: ${problem}: lkft ${words}`)
    }
    if (provenPages.includes(path))
      for (const problem of await checkRunBy(page, root)) problems.push(`${path}: ${problem}`)
    for (const link of brokenLinks(page, join(root, path))) problems.push(`${path}: there is no ${link}`)
  }
  const threats = await readFile(join(root, 'docs/threat-model.md'), 'utf8')
  for (const problem of await checkThreatModel(threats, root)) problems.push(`docs/threat-model.md: ${problem}`)
  return problems
}

if (import.meta.main) {
  const problems = await checkDocs(join(import.meta.dirname, '../..'))
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
