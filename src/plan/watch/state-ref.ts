import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { runCommand, runForOutput } from '#process/run-command'
import type { Watch } from '#schema/documents'
import { checkDocument } from '#schema/validate'

/** The ref that holds what was claimed: one commit with one file, no branch that anybody sees. */
export const stateRef = 'refs/lkft/watch'
const stateFile = 'watch.json'

/** What was claimed, kept where two polls cannot both write. */
export interface StateRef extends AsyncDisposable {
  readonly read: () => Promise<Watch>
  /** Writes, unless somebody wrote since `read`: then nothing happens and it gives false. */
  readonly write: (state: Watch) => Promise<boolean>
}

/**
 * Opens the state that a git repository keeps in `refs/lkft/watch`. The server
 * compares and swaps the ref, so of two polls one writes.
 *
 * @param env configuration for git by environment, e.g. the token's header
 * @throws LkftError CHILD_FAILED with git's last line
 */
export async function openStateRef(
  repository: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<StateRef> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-watch-'))
  const who = ['-c', 'user.name=lkft', '-c', 'user.email=lkft@users.noreply.github.com']
  const argv = (args: readonly string[]): [string, ...string[]] => ['git', '-C', folder, ...who, ...args]
  const quiet = { GIT_TERMINAL_PROMPT: '0', ...env }
  const git = async (args: readonly string[], input?: string): Promise<string> =>
    (await runForOutput({ argv: argv(args), env: quiet }, { signal, input })).trim()
  await git(['init', '--quiet', '--bare'])
  let before = ''
  return {
    read: async () => {
      before = (await git(['ls-remote', '--', repository, stateRef])).split('\t', 1)[0] ?? ''
      if (before === '') return { version: 1, branches: {} }
      await git(['fetch', '--quiet', '--depth', '1', '--no-tags', '--', repository, stateRef])
      before = await git(['rev-parse', 'FETCH_HEAD'])
      const text = await git(['cat-file', 'blob', `${before}:${stateFile}`])
      return checkDocument('watch', JSON.parse(text), `${repository} ${stateRef}:${stateFile}`)
    },
    write: async (state) => {
      const blob = await git(['hash-object', '-w', '--stdin'], `${JSON.stringify(state, null, 2)}\n`)
      const tree = await git(['mktree'], `100644 blob ${blob}\t${stateFile}\n`)
      const commit = await git(['commit-tree', tree, '-m', 'Claim the commits of a poll'])
      const lease = `--force-with-lease=${stateRef}:${before}`
      const push = ['push', '--porcelain', lease, '--', repository, `${commit}:${stateRef}`]
      const { exitCode, stdout, stderr } = await runCommand({ argv: argv(push), env: quiet }, { signal })
      if (exitCode === 0) return true
      if (/^!.*\[(?:rejected|remote rejected)\]/m.test(stdout)) return false
      throw new LkftError('CHILD_FAILED', `git push to ${repository}: ${stderr.trim().split('\n').at(-1)}`, {
        hint: `The poll needs to write ${stateRef} there: on GitHub, 'contents: write'.`,
      })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
