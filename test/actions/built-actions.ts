import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { runCommand } from '#process/run-command'
import { throwawayFolder } from './throwaway-folder.ts'

const root = resolve(import.meta.dirname, '../..')

let built: Promise<void> | undefined

/** Bundles the actions when their sources changed since the last time; one build at a time over all test workers. */
export async function buildActions(): Promise<void> {
  built ??= (async () => {
    const argv = [process.execPath, join(root, 'scripts/build/main.ts'), '--quick'] as const
    const result = await runCommand({ argv, cwd: root })
    if (result.exitCode !== 0) throw new Error(result.stderr)
  })()
  await built
}

const copies = new Map<string, Promise<string>>()

/** One copy of an action's bundle for all tests of a file. */
export async function copyBundle(action: string): Promise<string> {
  const known = copies.get(action) ?? copyOnce(action)
  copies.set(action, known)
  return known
}

/** Copies one action's bundle alone to an empty folder outside the repository, as a release ships it. */
async function copyOnce(action: string): Promise<string> {
  await buildActions()
  const folder = await throwawayFolder()
  await cp(join(root, 'actions', action, 'dist'), join(folder, 'dist'), { recursive: true })
  await cp(join(root, 'actions', action, 'action.yml'), join(folder, 'action.yml'))
  return folder
}
