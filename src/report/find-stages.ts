import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'

/** A directory that a build or run stage wrote. */
export interface FoundStage {
  readonly kind: 'build' | 'run'
  readonly directory: string
}

const deepest = 8
const mostStages = 100_000

/**
 * The build and run directories among the given ones and below them, sorted by
 * path. Links are not followed; nothing is looked for below a stage's directory.
 *
 * @throws LkftError BAD_ARGUMENT when one of them does not exist or holds none
 */
export async function findStages(directories: readonly string[], option: string): Promise<readonly FoundStage[]> {
  const found = new Map<string, FoundStage>()
  for (const directory of directories) {
    const before = found.size
    let any = false
    for await (const stage of search(directory, option, 0)) {
      any = true
      found.set(stage.directory, stage)
      if (found.size > mostStages) throw new LkftError('BAD_ARGUMENT', `${directory}: over ${mostStages} stages in it`)
    }
    if (!any && found.size === before) {
      throw new LkftError('BAD_ARGUMENT', `${option}: ${directory} holds no run and no build directory`, {
        hint: 'Give a directory that lkft boot, lab or build wrote, or a folder of them.',
      })
    }
  }
  return [...found.values()].sort((a, b) => (a.directory < b.directory ? -1 : 1))
}

async function* search(directory: string, option: string, depth: number): AsyncGenerator<FoundStage, void, void> {
  const entries = await list(directory, option)
  const names = new Set(entries.filter((entry) => entry.isFile()).map((entry) => entry.name))
  for (const kind of ['run', 'build'] as const) {
    if (!names.has(`${kind}.json`)) continue
    yield { kind, directory }
    return
  }
  if (depth === deepest) return
  for (const entry of entries) {
    if (entry.isDirectory()) yield* search(join(directory, entry.name), option, depth + 1)
  }
}

async function list(directory: string, option: string): ReturnType<typeof readEntries> {
  try {
    return await readEntries(directory)
  } catch (error) {
    const isFile = (await stat(directory).catch(() => undefined))?.isFile() === true
    const why = isFile ? 'is a file, not a directory' : `cannot be read: ${(error as Error).message}`
    throw new LkftError('BAD_ARGUMENT', `${option}: ${directory} ${why}`, { cause: error })
  }
}

function readEntries(directory: string) {
  return readdir(directory, { withFileTypes: true })
}
