import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import type { Git } from './git.ts'

/** What a release of one action's own repository is made from. */
export interface Distribution {
  readonly root: string
  readonly action: string
  /** Tag of the release, `v1.2.3`. */
  readonly tag: string
  /** Address of the repository that the sources are in, for links. */
  readonly home: string
}

/**
 * The README of an action in a repository of its own: links into the sources
 * become links to the sources at the released tag.
 */
export function distributedReadme(text: string, { action, tag, home }: Distribution): string {
  return text.replaceAll(/\]\((?!https?:|#|mailto:)([^)\s]+)\)/g, (_whole, link: string) => {
    const path = posix.normalize(posix.join('actions', action, link))
    if (path.startsWith('..')) throw new Error(`actions/${action}/README.md links out of the repository: ${link}`)
    return `](${home}/blob/${tag}/${path})`
  })
}

/**
 * Commits action.yml, README.md, the licences and the bundle of an action on top
 * of what its repository has, in the object store of `git`.
 *
 * @param parent tip of the repository's main branch; `undefined` for an empty one
 */
export async function commitDistribution(
  git: Git,
  distribution: Distribution,
  parent: string | undefined,
): Promise<string> {
  const { root, action, tag, home } = distribution
  const source = join(root, 'actions', action)
  const folder = await mkdtemp(join(tmpdir(), 'lkft-release-'))
  try {
    const tree = join(folder, 'tree')
    await mkdir(tree)
    await cp(join(source, 'action.yml'), join(tree, 'action.yml'))
    await cp(join(source, 'dist'), join(tree, 'dist'), { recursive: true })
    await cp(join(root, 'LICENSE'), join(tree, 'LICENSE'))
    await cp(join(source, 'dist/licenses.txt'), join(tree, 'THIRD-PARTY-LICENSES.txt'))
    const readme = await readFile(join(source, 'README.md'), 'utf8')
    await writeFile(join(tree, 'README.md'), distributedReadme(readme, distribution))
    const environment = {
      GIT_DIR: git.folder,
      GIT_WORK_TREE: tree,
      GIT_INDEX_FILE: join(folder, 'index'),
    }
    await git.run(['-C', tree, 'add', '--all', '--force', '.'], environment)
    const written = await git.run(['write-tree'], environment)
    const message = `Release ${tag}\n\nBuilt from ${home}/tree/${tag}/actions/${action}`
    return await git.run(['commit-tree', written, ...(parent === undefined ? [] : ['-p', parent]), '-m', message])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
