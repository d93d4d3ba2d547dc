import { mkdir } from 'node:fs/promises'
import type { StageContext } from '#log/reporter'
import { formatCommandLine } from '#process/command-line'
import { runForOutput } from '#process/run-command'

/** Where a commit is to be had. */
export interface CommitPlace {
  readonly url: string
  readonly sha: string
  /** GitHub's address, the only one that gets the token. */
  readonly server: string
}

/**
 * Checks out exactly the tested commit, without history, tags, submodules or
 * hooks. The token goes to git by environment, never into its arguments or the
 * checkout's configuration, so nothing that is packed later holds it.
 *
 * @throws LkftError CHILD_FAILED with git's last line
 */
export async function fetchCommit(
  { url, sha, server }: CommitPlace,
  token: string | undefined,
  folder: string,
  { reporter, signal }: StageContext,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const git = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const argv = ['git', '-C', folder, '-c', 'core.hooksPath=/dev/null', ...args] as const
    reporter.command(formatCommandLine({ argv }))
    const protocols = 'https:http:git:ssh:file'
    await runForOutput({ argv, env: { GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: protocols, ...env } }, { signal })
  }
  await git(['init', '--quiet', '--initial-branch', 'tested'])
  const fetch = ['fetch', '--quiet', '--depth', '1', '--no-tags', '--end-of-options', url, sha]
  await git(fetch, authorization(server, token))
  await git(['checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD'])
}

/** Git's configuration that sends the token to `server`, and to no other host. */
export function authorization(server: string, token: string | undefined): Record<string, string> {
  if (token === undefined) return {}
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${credentials}`,
  }
}
