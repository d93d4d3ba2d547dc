import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { LkftError } from '#errors/lkft-error'
import { nameMatcher } from '#results/match-name'

/** Tests that a list names, and why. */
export interface TestList {
  /** Why it is on the list; undefined when it is not. */
  reasonFor(suite: string, test: string): string | undefined
}

interface Entry {
  readonly matches: (name: string) => boolean
  readonly reason: string
}

/** What a skip file's conditions are compared with. */
export interface Place {
  /** Name of the device; a board in such files may be its name without `qemu-`. */
  readonly device: string
}

/**
 * Reads lists of tests: one a line (`suite/test` or `test`, `*` for any text, `#` begins the reason),
 * or the YAML skip files of test-definitions (`skiplist:` with reason, environments, boards, branches, tests).
 *
 * @throws LkftError BAD_ARGUMENT for a file that is neither
 */
export async function readTestLists(files: readonly string[], place: Place): Promise<TestList> {
  const entries: Entry[] = []
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => {
      throw new LkftError('BAD_ARGUMENT', `no such file: ${file}`)
    })
    entries.push(...(/^skiplist:/m.test(text) ? readYaml(text, file, place) : readLines(text)))
  }
  return {
    reasonFor: (suite, test) => entries.find(({ matches }) => matches(test) || matches(`${suite}/${test}`))?.reason,
  }
}

function readLines(text: string): readonly Entry[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [name = '', ...reason] = line.split('#')
    const pattern = name.trim()
    return pattern === '' ? [] : [entry(pattern, reason.join('#').trim())]
  })
}

/** Conditions of test-definitions' skip files: a condition that lkft cannot know (a branch) must be `all` to hold. */
function readYaml(text: string, file: string, { device }: Place): readonly Entry[] {
  const document = parseDocument(text)
  const [problem] = document.errors
  const root: unknown = problem === undefined ? document.toJS({ maxAliasCount: 100 }) : undefined
  const list = isRecord(root) ? root['skiplist'] : undefined
  if (!Array.isArray(list))
    throw new LkftError('BAD_ARGUMENT', `${file} is no skip file: ${problem?.message ?? 'skiplist is no list'}`)
  return list.filter(isRecord).flatMap((row) => {
    const holds =
      names(row['environments'], ['production']).some((name) => name === 'production' || name === 'all') &&
      names(row['boards'], ['all']).some(
        (name) => name === 'all' || name === device || `qemu-${name}` === device || name === device.replace('-', '_'),
      ) &&
      names(row['branches'], ['all']).includes('all')
    return holds ? names(row['tests'], []).map((name) => entry(name, textOf(row['reason']).trim())) : []
  })
}

function entry(pattern: string, reason: string): Entry {
  return { matches: nameMatcher(pattern.replaceAll('*', '**')), reason: reason === '' ? 'on the list' : reason }
}

/** A plain value as text; nothing for what is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function names(value: unknown, otherwise: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? [value] : otherwise
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
