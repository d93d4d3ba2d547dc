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
  const files = listFiles(workspace).filter((file) =>
    rules.reduce((taken, { exclude, test }) => (test(file) ? !exclude : taken), false),
  )
  if (files.length === 0) return ''
  const whole = createHash('sha256')
  for (const file of files.sort())
    whole.update(
      createHash('sha256')
        .update(readFileSync(join(workspace, file)))
        .digest(),
    )
  return whole.digest('hex')
}

function toRule(pattern: string): { readonly exclude: boolean; readonly test: (file: string) => boolean } {
  const exclude = pattern.startsWith('!')
  const glob = (exclude ? pattern.slice(1) : pattern).replace(/^\.\//, '').replace(/\/$/, '')
  const body = glob
    .split(/(\*\*\/|\*\*|\*|\?|\[[^\]]+\])/)
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(/[\\^$.+()|{}]/g, String.raw`\$&`) : translate(part)))
    .join('')
  const expression = new RegExp(`^${body}(?:/.*)?$`)
  return { exclude, test: (file) => expression.test(file) }
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
