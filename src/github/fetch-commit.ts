import { mkdir } from 'node:fs/promises'
import type { RunEvent } from '#github/event'
import type { StageContext } from '#log/reporter'
import { formatCommandLine } from '#process/command-line'
import { runForOutput } from '#process/run-command'

/**
 * Checks out exactly the tested commit, without history, tags, submodules or
 * hooks. The token goes to git by environment, never into its arguments or the
 * checkout's configuration, so nothing that is packed later holds it.
 *
 * @throws LkftError CHILD_FAILED with git's last line
 */
export async function fetchCommit(
  event: Pick<RunEvent, 'repository' | 'serverUrl' | 'sha'>,
  token: string | undefined,
  folder: string,
  { reporter, signal }: StageContext,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const git = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const argv = ['git', '-C', folder, '-c', 'core.hooksPath=/dev/null', ...args] as const
    reporter.command(formatCommandLine({ argv }))
    await runForOutput({ argv, env: { GIT_TERMINAL_PROMPT: '0', ...env } }, { signal })
  }
  const url = `${event.serverUrl}/${event.repository}`
  await git(['init', '--quiet', '--initial-branch', 'tested'])
  await git(['fetch', '--quiet', '--depth', '1', '--no-tags', url, event.sha], authorization(event.serverUrl, token))
  await git(['checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD'])
}

function authorization(server: string, token: string | undefined): Record<string, string> {
  if (token === undefined) return {}
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${credentials}`,
  }
}
