import { access, readFile, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { runCommand } from '#process/run-command'

/** What is known of a kernel tree before anything is built. */
export interface SourceFacts {
  /** Absolute path, links resolved. */
  readonly root: string
  /** Text of the top Makefile. */
  readonly makefile: string
  /** VERSION.PATCHLEVEL.SUBLEVEL and EXTRAVERSION, as `make kernelversion` says it. */
  readonly version: string
  readonly git: GitFacts | null
}

export interface GitFacts {
  readonly commit: string
  /** Hash of HEAD's tree. */
  readonly tree: string
  readonly branch: string | null
  readonly describe: string | null
  readonly dirty: boolean
  /** Committer date of HEAD in seconds. */
  readonly timestamp: number
  readonly url: string | null
}

/**
 * Reads a kernel tree.
 *
 * @throws LkftError NOT_A_KERNEL_TREE, or BAD_ARGUMENT when somebody built inside the tree
 */
export async function readSourceFacts(source: string, signal?: AbortSignal): Promise<SourceFacts> {
  const root = await realpath(resolve(source)).catch(() => {
    throw new LkftError('NOT_A_KERNEL_TREE', `${source} does not exist`, { hint: 'Give a kernel tree with --source.' })
  })
  const makefile = await readFile(join(root, 'Makefile'), 'utf8').catch(() => '')
  const version = kernelVersion(makefile)
  if (version === undefined || !(await exists(join(root, 'Kconfig')))) {
    throw new LkftError('NOT_A_KERNEL_TREE', `${source} holds no Linux kernel tree`, {
      hint: 'A kernel tree has a Makefile with VERSION and PATCHLEVEL, and a Kconfig.',
    })
  }
  if ((await exists(join(root, '.config'))) || (await exists(join(root, 'include/config/auto.conf')))) {
    throw new LkftError('BAD_ARGUMENT', `${source} holds files of a build in the tree, so it cannot build elsewhere`, {
      hint: `Run 'make mrproper' in ${source}.`,
    })
  }
  return { root, makefile, version, git: await gitFacts(root, signal) }
}

/** The version that a top Makefile states; undefined when it is no kernel's. */
export function kernelVersion(makefile: string): string | undefined {
  const value = (name: string): string => new RegExp(`^${name} *=[ \\t]*(.*?)[ \\t]*$`, 'm').exec(makefile)?.[1] ?? ''
  if (value('VERSION') === '' || value('PATCHLEVEL') === '') return undefined
  const parts = [value('VERSION'), value('PATCHLEVEL'), value('SUBLEVEL')].filter((part) => part !== '')
  return parts.join('.') + value('EXTRAVERSION')
}

async function gitFacts(root: string, signal: AbortSignal | undefined): Promise<GitFacts | null> {
  if (!(await exists(join(root, '.git')))) return null
  const git = async (...args: string[]): Promise<string | null> => {
    const result = await runCommand({ argv: ['git', '-c', `safe.directory=${root}`, '-C', root, ...args] }, { signal })
    const text = result.stdout.trim()
    return result.exitCode === 0 ? text : null
  }
  const head = await git('show', '-s', '--format=%H %T %ct', 'HEAD')
  if (head === null) return null
  const [commit = '', tree = '', seconds = '0'] = head.split(' ')
  const [branch, describe, url, changed] = await Promise.all([
    git('symbolic-ref', '--quiet', '--short', 'HEAD'),
    git('describe', '--always', '--tags'),
    git('config', '--get', 'remote.origin.url'),
    git('status', '--porcelain', '--untracked-files=no'),
  ])
  return {
    commit,
    tree,
    branch,
    describe,
    url: withoutPassword(url),
    dirty: changed !== '',
    timestamp: Number(seconds),
  }
}

/** A remote's URL may hold a token, which no record shall keep. */
function withoutPassword(url: string | null): string | null {
  return url === null ? null : url.replace(/^(\w+:\/\/)[^/@]*@/, '$1')
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
