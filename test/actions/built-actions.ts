import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runCommand } from '#process/run-command'

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

/** Copies one action's bundle alone to an empty folder outside the repository, as a release ships it. */
export async function copyBundle(action: string): Promise<string> {
  await buildActions()
  const folder = await mkdtemp(join(tmpdir(), `lkft-${action}-`))
  await cp(join(root, 'actions', action, 'dist'), join(folder, 'dist'), { recursive: true })
  await cp(join(root, 'actions', action, 'action.yml'), join(folder, 'action.yml'))
  return folder
}
