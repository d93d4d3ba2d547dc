import { resolve } from 'node:path'
import { runCommand } from '#process/run-command'

/**
 * Paths that the commit of a checkout changed against its first parent, for a pull
 * request's merge commit those of the pull request. Empty where git does not know:
 * no git tree, or a checkout of one commit alone.
 */
export async function changedInTree(source: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const root = resolve(source)
  const git = ['git', '-c', `safe.directory=${root}`, '-C', root] as const
  const words = ['diff', '--name-only', '--no-renames', '-z', '--end-of-options', 'HEAD^1', 'HEAD'] as const
  const result = await runCommand({ argv: [...git, ...words] }, { signal }).catch(() => undefined)
  return new Set(result?.exitCode === 0 ? result.stdout.split('\0').filter((name) => name !== '') : [])
}
