import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A command file whose content is not what it must be; the step fails. */
export class CommandFileError extends Error {}

/** Bytes of a step's summary beyond which GitHub refuses it; the step still passes. */
export const largestSummary = 1024 * 1024

const commandFileNames = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'] as const

export type CommandFiles = Readonly<Record<(typeof commandFileNames)[number], string>>

/** Makes a step's own, empty command files; gives the variables that name them. */
export async function createCommandFiles(folder: string, step: string): Promise<CommandFiles> {
  await mkdir(folder, { recursive: true })
  const entries = commandFileNames.map(
    (name) => [name, join(folder, `${name.slice(7).toLowerCase()}_${step}`)] as const,
  )
  for (const [, file] of entries) await writeFile(file, '')
  return Object.fromEntries(entries) as unknown as CommandFiles
}

/** Text of a command file without a byte order mark; empty when the step removed it. */
export async function readCommandFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.replace(/^\uFEFF/, '')
}

/**
 * The pairs of an env, output or state file: `name=value` lines, or `name<<word`
 * and lines up to `word`. Which of `=` and `<<` comes first decides.
 *
 * @throws CommandFileError
 */
export function parsePairs(text: string): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const name = line.slice(0, heredoc)
      const word = line.slice(heredoc + 2)
      if (name === '' || word === '') {
        throw new CommandFileError(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`)
      }
      const end = lines.indexOf(word, at + 1)
      if (end < 0) {
        const isCutOff = at < lines.length - 1 && !text.endsWith('\n')
        const why = isCutOff ? 'EOF marker missing new line.' : `Matching delimiter not found '${word}'`
        throw new CommandFileError(`Invalid value. ${why}`)
      }
      pairs.push([name, lines.slice(at + 1, end).join('\n')])
      at = end
    } else if (equals >= 0) {
      if (equals === 0) throw new CommandFileError(`Invalid format '${line}'. Name must not be empty`)
      pairs.push([line.slice(0, equals), line.slice(equals + 1)])
    } else {
      throw new CommandFileError(`Invalid format '${line}'`)
    }
  }
  return pairs
}
