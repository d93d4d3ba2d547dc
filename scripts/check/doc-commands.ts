import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Pages whose every block of commands says which test runs it. */
export const provenPages: readonly string[] = [
  'README.md',
  'docs/boot.md',
  'docs/build.md',
  'docs/cache-server.md',
  'docs/getting-started.md',
  'docs/report.md',
]

/** A block of commands and the comment on the line before it. */
interface Block {
  readonly line: number
  readonly marker: string | undefined
  readonly commands: readonly string[]
}

/** `lkft cache stat|verify` has the parts `cache`, `stat` and `verify`; `npm run quickstart` has `quickstart`. */
const commandLine =
  /^(?:[A-Z_]+=\S*\s+)*(?:(?:\.\/)?(?:bin\/)?(lkft)|npm(?: run)?)\s+([\w|-]+)(?:\s+([a-z|]+)(?=\s|$))?/

/**
 * What is wrong with the marks of a page's blocks. A block is marked, on the line
 * before it, `<!-- run by: FILE FILE -->`, with `; not run here: NAME (why)` for
 * some of its commands, or `<!-- not run here: why -->` as a whole. Each other
 * command must be named in one of the files, quoted or called.
 */
export async function checkRunBy(page: string, root: string): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { line, marker, commands } of blocksOf(page)) {
    const say = (text: string): number => problems.push(`line ${line}: ${text}`)
    const mark = /^(?:run by: ([^;]+?)(?:; not run here: (.+))?|not run here: (.+))$/.exec(marker ?? '')
    if (mark === null) {
      say("no '<!-- run by: FILE -->' or '<!-- not run here: WHY -->' before the block")
      continue
    }
    const [, files, exceptions = '', why] = mark
    if (why !== undefined) continue
    const texts: string[] = []
    for (const file of (files ?? '').split(/\s+/)) {
      const text = await readFile(join(root, file), 'utf8').catch(() => undefined)
      if (text === undefined) say(`there is no ${file}`)
      else if (!file.endsWith('.test.ts') || !/\b(?:test|it)(?:\.\w+)*\(/.test(text)) say(`${file} holds no test`)
      else texts.push(text)
    }
    const excepted = new Set(exceptions.replaceAll(/\([^)]*\)/g, '').split(/[\s,]+/))
    for (const name of commands.filter((one) => !excepted.has(one)))
      if (!texts.some((text) => names(text, name))) say(`no test it names runs '${name}'`)
  }
  return problems
}

function names(text: string, name: string): boolean {
  return new RegExp(`['"\`]${name}['"\`]|\\b${name}\\(|\\b(?:lkft|npm run) ${name}\\b`).test(text)
}

/** Fenced blocks that hold commands of ours. */
function blocksOf(page: string): readonly Block[] {
  const lines = page.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at++) {
    const language = /^```(\w*)$/.exec(lines[at] ?? '')?.[1]
    if (language === undefined) continue
    const end = lines.indexOf('```', at + 1)
    const commands = language === '' || language === 'sh' ? lines.slice(at + 1, end).flatMap(commandsOf) : []
    const marker = /^<!-- (.+) -->$/.exec(lines[at - 1] ?? '')?.[1]
    if (commands.length > 0) blocks.push({ line: at + 1, marker, commands: [...new Set(commands)] })
    at = end < 0 ? lines.length : end
  }
  return blocks
}

function commandsOf(line: string): readonly string[] {
  const [, own, name = '', second] = commandLine.exec(line.trim()) ?? []
  // Only `cache` has commands of its own on these pages; of others the second word is an argument.
  const parts = own !== undefined && name === 'cache' ? [name, ...(second ?? '').split('|')] : [name]
  return parts.filter((part) => part !== '')
}
