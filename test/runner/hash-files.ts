import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { data } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'

/** `hashFiles(pattern, …)` below a workspace: sha256 over the sha256 of each file in order of path; '' when none matches. */
export function hashFilesFunction(workspace: string): FunctionDefinition {
  return {
    name: 'hashFiles',
    minArgs: 1,
    maxArgs: 255,
    call: (...patterns) =>
      new data.StringData(
        hashFiles(
          workspace,
          patterns.map((one) => one.coerceString()),
        ),
      ),
  }
}

/** The hash; a pattern that starts with `!` takes files away again. */
function hashFiles(workspace: string, patterns: readonly string[]): string {
  const rules = patterns
    .flatMap((pattern) => pattern.split('\n'))
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '' && !pattern.startsWith('#'))
    .map(toRule)
  const taken = listFiles(workspace).filter((file) =>
    rules.reduce((isTaken, { exclude, test }) => (test(file) ? !exclude : isTaken), false),
  )
  if (taken.length === 0) return ''
  const whole = createHash('sha256')
  for (const file of inSearchOrder(taken, rules))
    whole.update(
      createHash('sha256')
        .update(readFileSync(join(workspace, file)))
        .digest(),
    )
  return whole.digest('hex')
}

interface Rule {
  readonly exclude: boolean
  /** What comes before the first wildcard: where the search for it begins. */
  readonly root: string
  readonly test: (file: string) => boolean
}

/** Pattern by pattern, each folder's names in their order: a folder's files come where its name stands. */
function inSearchOrder(files: readonly string[], rules: readonly Rule[]): readonly string[] {
  const roots = rules.filter(({ exclude }) => !exclude).map(({ root }) => root)
  const place = (file: string): number =>
    roots.findIndex((root) => root === '' || file === root || file.startsWith(`${root}/`))
  return files.toSorted((a, b) => {
    // A root below another is searched with that one.
    const [first, second] = [place(a), place(b)]
    return first === second ? comparePaths(a, b) : first - second
  })
}

function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')]
  for (const [at, name] of left.entries()) {
    const other = right[at] ?? ''
    if (name !== other) return Buffer.compare(Buffer.from(name), Buffer.from(other))
  }
  return left.length - right.length
}

function toRule(pattern: string): Rule {
  const exclude = pattern.startsWith('!')
  const glob = (exclude ? pattern.slice(1) : pattern).replace(/^\.\//, '').replace(/\/$/, '')
  const body = glob
    .split(/(\*\*\/|\*\*|\*|\?|\[[^\]]+\])/)
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(/[\\^$.+()|{}]/g, String.raw`\$&`) : translate(part)))
    .join('')
  const expression = new RegExp(`^${body}(?:/.*)?$`)
  const parts = glob.split('/')
  const wild = parts.findIndex((part) => /[*?[]/.test(part))
  const root = (wild < 0 ? parts : parts.slice(0, wild)).join('/')
  return { exclude, root, test: (file) => expression.test(file) }
}

function translate(part: string): string {
  if (part === '**/') return '(?:.*/)?'
  if (part === '**') return '.*'
  if (part === '*') return '[^/]*'
  return part === '?' ? '[^/]' : part
}

function listFiles(workspace: string): string[] {
  return readdirSync(workspace, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(workspace, join(entry.parentPath, entry.name)))
}
