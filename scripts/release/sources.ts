import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Git } from './git.ts'

/** Commits HEAD with the bundles of the actions in it; what is only in the working tree is not. */
export async function commitSources(git: Git, root: string, actions: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-release-'))
  try {
    const index = { GIT_DIR: git.folder, GIT_WORK_TREE: root, GIT_INDEX_FILE: join(folder, 'index') }
    await git.run(['read-tree', 'HEAD'], index)
    await git.run(['-C', root, 'add', '--force', '--', ...actions.map((name) => `actions/${name}/dist`)], index)
    const tree = await git.run(['write-tree'], index)
    return await git.run(['commit-tree', tree, '-p', 'HEAD', '-m', 'Add the built actions'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
