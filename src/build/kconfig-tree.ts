/** What the tree's Kconfig says about one symbol. */
export interface KconfigSymbol {
  readonly name: string
  /** Names it selects, whatever the condition. */
  readonly selects: readonly string[]
  /** It is one of a choice. */
  readonly choice: boolean
  /** One for each place that defines it. */
  readonly definitions: readonly KconfigDefinition[]
}

export interface KconfigDefinition {
  /** Expressions that must all hold, those of enclosing `if` and `menu` included. */
  readonly depends: readonly string[]
  readonly prompt: boolean
}

interface Building {
  name: string
  selects: string[]
  choice: boolean
  definitions: { depends: string[]; prompt: boolean }[]
}

type Block = { kind: 'if' | 'menu' | 'choice'; depends: string[] }

/**
 * Reads the symbols of Kconfig files: dependencies, prompts, selects, choices.
 * Only what explains a value; Kconfig itself decides it. A file's symbols get the
 * conditions of the places that `source` it.
 *
 * @param files text by path, the top file first
 */
export function parseKconfig(files: ReadonlyMap<string, string>): ReadonlyMap<string, KconfigSymbol> {
  const symbols = new Map<string, Building>()
  const byName = new Map([...files].map(([path, text]) => [path, text]))
  const [top] = files.keys()
  const visited = new Set<string>()
  if (top !== undefined) readFile(top, [])
  return symbols

  function readFile(path: string, outer: readonly Block[]): void {
    const text = byName.get(path)
    if (text === undefined || visited.has(path)) return
    visited.add(path)
    const blocks: Block[] = [...outer]
    const base = blocks.length
    let current: { depends: string[]; prompt: boolean } | undefined
    let owner: Building | undefined
    let helpIndent: number | undefined
    for (const line of logicalLines(text)) {
      const indent = /^[ \t]*/.exec(line)?.[0].replaceAll('\t', '        ').length ?? 0
      if (helpIndent !== undefined) {
        if (line.trim() === '') continue
        if (helpIndent < 0 && indent > 0) helpIndent = indent
        if (helpIndent > 0 && indent >= helpIndent) continue
        helpIndent = undefined
      }
      const body = line.trim()
      const word = /^[\w-]+/.exec(body)?.[0] ?? ''
      const rest = body.slice(word.length).trim()
      switch (word) {
        case 'config':
        case 'menuconfig': {
          owner = symbols.get(rest) ?? { name: rest, selects: [], choice: false, definitions: [] }
          symbols.set(rest, owner)
          owner.choice ||= blocks.some((block) => block.kind === 'choice')
          current = { depends: blocks.flatMap((block) => block.depends), prompt: false }
          owner.definitions.push(current)
          break
        }
        case 'if':
          blocks.push({ kind: 'if', depends: [rest] })
          owner = current = undefined
          break
        case 'menu':
        case 'choice':
          blocks.push({ kind: word, depends: [] })
          current = { depends: blocks.at(-1)?.depends ?? [], prompt: false }
          owner = undefined
          break
        case 'endif':
        case 'endmenu':
        case 'endchoice':
          if (blocks.length > base) blocks.pop()
          owner = current = undefined
          break
        case 'source': {
          const name = /"([^"]+)"/.exec(rest)?.[1] ?? ''
          const target = [...byName.keys()].find((key) => key.endsWith(`/${name.replaceAll(/\$\(\w+\)/g, '')}`))
          readFile(byName.has(name) ? name : (resolveSource(name) ?? target ?? ''), blocks)
          owner = current = undefined
          break
        }
        case 'depends':
          current?.depends.push(rest.replace(/^on\s+/, ''))
          break
        case 'select':
          owner?.selects.push(/^\w+/.exec(rest)?.[0] ?? '')
          break
        case 'prompt':
          if (current !== undefined) current.prompt = true
          break
        case 'bool':
        case 'tristate':
        case 'int':
        case 'hex':
        case 'string':
          if (current !== undefined && /^["']/.test(rest)) current.prompt = true
          break
        case 'help':
          helpIndent = -1
          break
        default:
      }
    }
  }

  function resolveSource(name: string): string | undefined {
    const pattern = new RegExp(
      `/${name
        .split(/\$\(\w+\)/)
        .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('[^/]+')}$`,
    )
    return [...byName.keys()].find((key) => pattern.test(key))
  }
}

/** Lines with `\` continuations joined and comments removed. */
function logicalLines(text: string): readonly string[] {
  return text
    .replaceAll(/\\\n[ \t]*/g, ' ')
    .split('\n')
    .map((line) => (/^\s*#/.test(line) ? '' : line.trimEnd()))
}
