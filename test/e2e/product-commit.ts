import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runForOutput } from '#process/run-command'
import { buildActions } from '../actions/built-actions.ts'

const root = resolve(import.meta.dirname, '../..')

/** A commit of this repository with the bundles in it, as a release has it, in a repository of its own. */
export interface ProductCommit extends AsyncDisposable {
  readonly folder: string
  readonly sha: string
}

/** Commits HEAD and the actions' bundles; what is only in the working tree is not in it. */
export async function commitProduct(): Promise<ProductCommit> {
  await buildActions()
  const folder = await mkdtemp(join(tmpdir(), 'lkft-product-'))
  const git = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false']
    return runForOutput({ argv: ['git', ...who, ...args], cwd: folder, env })
  }
  await git(['clone', '--quiet', '--shared', '--bare', root, folder])
  const env = { GIT_DIR: folder, GIT_WORK_TREE: root, GIT_INDEX_FILE: join(folder, 'product-index') }
  await git(['read-tree', 'HEAD'], env)
  const entries = await readdir(join(root, 'actions'), { withFileTypes: true })
  const bundles = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `actions/${name}/dist`)
  await runForOutput({ argv: ['git', 'add', '--force', '--', ...bundles], cwd: root, env })
  const tree = (await git(['write-tree'], env)).trim()
  const sha = (await git(['commit-tree', tree, '-p', 'HEAD', '-m', 'Add the bundles'], env)).trim()
  await git(['update-ref', 'refs/heads/next', sha], env)
  return { folder, sha, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
