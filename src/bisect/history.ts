import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { type CommandResult, runCommand } from '#process/run-command'
import type { Bisect } from '#schema/documents'

export type Commit = NonNullable<Bisect['first_bad']>

/** Where git's search stands. */
export type Position =
  | { readonly kind: 'next' }
  | { readonly kind: 'found'; readonly sha: string }
  | { readonly kind: 'range'; readonly shas: readonly string[] }

/**
 * A checkout of a repository's history that git bisects in. The repository
 * itself, its branches and its work tree stay as they are. Files that two
 * commits share keep their time, so make compiles only what differs.
 */
export interface History extends AsyncDisposable {
  readonly folder: string
  /** The commit that a name stands for. @throws LkftError BAD_ARGUMENT */
  readonly resolve: (name: string) => Promise<Commit>
  readonly describe: (sha: string) => Promise<Commit>
  readonly checkOut: (sha: string) => Promise<void>
  readonly head: () => Promise<string>
  /** What `head` has and `base` has not, oldest first. @throws LkftError BAD_ARGUMENT */
  readonly between: (base: string, head: string) => Promise<readonly string[]>
  /** Begins; the checkout is then at the commit to try. @throws LkftError BAD_ARGUMENT */
  readonly start: (good: string, bad: string) => Promise<Position>
  readonly mark: (verdict: 'good' | 'bad' | 'skip') => Promise<Position>
}

/** Opens a repository's history. @throws LkftError BAD_ARGUMENT when it is no git repository */
export async function openHistory(source: string, signal: AbortSignal): Promise<History> {
  const base = await mkdtemp(join(tmpdir(), 'lkft-bisect-'))
  const folder = join(base, 'tree')
  const attempt = (args: readonly string[]): Promise<CommandResult> =>
    runCommand(
      { argv: ['git', '-c', 'advice.detachedHead=false', '-c', 'core.hooksPath=/dev/null', ...args] },
      { signal },
    )
  const git = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await attempt(['-C', folder, ...args])
    if (exitCode === 0) return stdout.trim()
    throw new LkftError('BAD_ARGUMENT', `git ${args[0]}: ${lastLine(stderr)}`)
  }
  const close = (): Promise<void> => rm(base, { recursive: true, force: true, maxRetries: 3 })
  const cloned = await attempt(['clone', '--quiet', '--shared', '--no-checkout', '--', source, folder])
  if (cloned.exitCode !== 0) {
    await close()
    throw new LkftError('BAD_ARGUMENT', `${source} is no git repository with a history: ${lastLine(cloned.stderr)}`, {
      hint: 'Bisecting needs the commits between good and bad: give a clone that is not shallow as --source.',
    })
  }
  const describe = async (sha: string): Promise<Commit> => {
    const [full = '', author = '', date = '', ...title] = (
      await git('show', '--no-patch', '--format=%H%n%an <%ae>%n%cI%n%s', '--end-of-options', sha)
    ).split('\n')
    return { sha: full, title: title.join(' '), author, date }
  }
  const resolve = async (name: string): Promise<Commit> => {
    for (const one of [name, `origin/${name}`]) {
      const found = await attempt([
        '-C',
        folder,
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${one}^{commit}`,
      ])
      if (found.exitCode === 0) return describe(found.stdout.trim())
    }
    throw new LkftError('BAD_ARGUMENT', `${source} has no commit '${name}'`, {
      hint: 'Give a full commit, a tag or a branch that the repository has.',
    })
  }
  return {
    folder,
    describe,
    resolve,
    between: async (from, to) => {
      const range = `${(await resolve(from)).sha}..${(await resolve(to)).sha}`
      return (await git('rev-list', '--reverse', '--topo-order', range)).split('\n').filter((sha) => sha !== '')
    },
    checkOut: async (sha) => void (await git('checkout', '--quiet', '--force', '--detach', sha)),
    head: () => git('rev-parse', 'HEAD'),
    start: async (good, bad) => {
      const ancestor = await attempt(['-C', folder, 'merge-base', '--is-ancestor', good, bad])
      if (ancestor.exitCode !== 0)
        throw new LkftError('BAD_ARGUMENT', `${good.slice(0, 12)} is no ancestor of ${bad.slice(0, 12)}`, {
          hint: 'The good commit must be in the history of the bad one; try their merge base.',
        })
      return readPosition(await git('bisect', 'start', bad, good))
    },
    mark: async (verdict) => {
      // It ends with 2 when only skipped commits are left, which is no fault.
      const { exitCode, stdout, stderr } = await attempt(['-C', folder, 'bisect', verdict])
      if (exitCode !== 0 && exitCode !== 2) throw new LkftError('BAD_ARGUMENT', `git bisect: ${lastLine(stderr)}`)
      return readPosition(stdout)
    },
    [Symbol.asyncDispose]: close,
  }
}

/** What git bisect says after a mark. */
export function readPosition(text: string): Position {
  const found = /^([0-9a-f]{40,64}) is the first bad commit$/m.exec(text)
  if (found?.[1] !== undefined) return { kind: 'found', sha: found[1] }
  if (!/only .*skip/i.test(text)) return { kind: 'next' }
  return { kind: 'range', shas: [...text.matchAll(/^([0-9a-f]{40,64})$/gm)].map(([sha]) => sha) }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
