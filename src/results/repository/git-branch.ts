import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LkftError } from '#errors/lkft-error'
import { type CommandResult, runCommand } from '#process/run-command'

/** A branch of a repository that git can reach. */
export interface GitBranch {
  /** Anything `git fetch` takes: a path, an https or ssh address. */
  readonly remote: string
  readonly branch: string
}

/** What a commit changes: new content by path, or undefined to remove the path. */
export type Changes = ReadonlyMap<string, string | Uint8Array | undefined>

/** Reads a file of the branch as it is now; undefined when it has none. */
export type ReadFile = (path: string) => Promise<string | undefined>

const mostAttempts = 100

/**
 * Adds one commit to a branch without checking it out. When somebody else was
 * faster, `change` is asked again over what they wrote, until the push goes
 * through; so writers side by side lose nothing.
 *
 * @param change what to write, given how the branch is now
 * @returns how many attempts it took
 * @throws LkftError CHILD_FAILED when git cannot reach or write the remote
 */
export async function commitToBranch(
  { remote, branch }: GitBranch,
  message: string,
  change: (read: ReadFile) => Promise<Changes>,
  signal?: AbortSignal,
): Promise<number> {
  await using git = await openScratch(remote, signal)
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const base = await git.fetch(branch)
    const changes = await change((path) => git.show(base, path))
    const commit = await git.commit(base, changes, message)
    const pushed = await git.run(['push', '--quiet', 'origin', `${commit}:refs/heads/${branch}`])
    if (pushed.exitCode === 0) return attempt
    if (
      !/rejected|fetch first|non-fast-forward|cannot lock ref|failed to update ref|stale info|reference already exists/i.test(
        pushed.stderr,
      )
    ) {
      throw failed('push to', remote, pushed)
    }
    await sleep(Math.random() * Math.min(2000, 50 * attempt), undefined, { signal })
  }
  throw new LkftError('CHILD_FAILED', `${remote}: the branch ${branch} changed ${mostAttempts} times while writing`)
}

/** Copies one branch into a folder, or brings the folder up to it. */
export async function pullBranch(
  { remote, branch }: GitBranch,
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  const run = (args: readonly [string, ...string[]]): Promise<CommandResult> =>
    runCommand({ argv: ['git', ...args], env: { GIT_TERMINAL_PROMPT: '0' } }, { signal })
  await run(['init', '--quiet', directory])
  const fetched = await run(['-C', directory, 'fetch', '--quiet', '--depth', '1', remote, `refs/heads/${branch}`])
  if (fetched.exitCode !== 0) throw failed('fetch', remote, fetched)
  const reset = await run(['-C', directory, 'reset', '--quiet', '--hard', 'FETCH_HEAD'])
  if (reset.exitCode !== 0) throw failed('check out', remote, reset)
}

interface Scratch extends AsyncDisposable {
  readonly run: (args: readonly string[], input?: string | Uint8Array) => Promise<CommandResult>
  /** The newest commit of a branch; undefined when there is no such branch yet. */
  readonly fetch: (branch: string) => Promise<string | undefined>
  readonly show: (base: string | undefined, path: string) => Promise<string | undefined>
  readonly commit: (base: string | undefined, changes: Changes, message: string) => Promise<string>
}

async function openScratch(remote: string, signal?: AbortSignal): Promise<Scratch> {
  const directory = await mkdtemp(join(tmpdir(), 'lkft-results-'))
  const env = { GIT_TERMINAL_PROMPT: '0', GIT_INDEX_FILE: join(directory, 'scratch-index') }
  const identity = ['-c', 'user.name=lkft', '-c', 'user.email=lkft@localhost', '-c', 'commit.gpgsign=false']
  const run: Scratch['run'] = (args, input) =>
    runCommand({ argv: ['git', '-C', directory, ...identity, ...args], env }, { signal, input, keepBytes: 1 << 28 })
  const must = async (args: readonly string[], input?: string | Uint8Array): Promise<string> => {
    const result = await run(args, input)
    if (result.exitCode !== 0) throw failed(args[0] ?? '', remote, result)
    return result.stdout.trim()
  }
  await must(['init', '--quiet', '--bare', '.'])
  await must(['remote', 'add', 'origin', '--', remote])
  await must(['config', 'remote.origin.promisor', 'true'])
  await must(['config', 'remote.origin.partialclonefilter', 'blob:none'])
  return {
    run,
    fetch: async (branch) => {
      const listed = await must(['ls-remote', 'origin', `refs/heads/${branch}`])
      if (listed === '') return undefined
      await must(['fetch', '--quiet', '--depth', '1', '--filter=blob:none', 'origin', `refs/heads/${branch}`])
      return must(['rev-parse', 'FETCH_HEAD'])
    },
    show: async (base, path) => {
      if (base === undefined || (await must(['ls-tree', '--name-only', base, '--', path])) === '') return undefined
      const shown = await run(['cat-file', 'blob', `${base}:${path}`])
      if (shown.exitCode !== 0) throw failed('read', remote, shown)
      return shown.stdout
    },
    commit: async (base, changes, message) => {
      await must(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base])
      for (const [path, content] of changes) {
        if (content === undefined) await must(['update-index', '--force-remove', '--', path])
        else {
          const blob = await must(['hash-object', '-w', '--stdin'], content)
          await must(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`])
        }
      }
      const tree = await must(['write-tree', '--missing-ok'])
      return must(['commit-tree', tree, ...(base === undefined ? [] : ['-p', base]), '-m', message])
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

function failed(what: string, remote: string, { stderr, exitCode, cancelled }: CommandResult): LkftError {
  const last = stderr.trimEnd().split('\n').at(-1) ?? ''
  const how = cancelled ? 'was interrupted' : `failed with ${exitCode}`
  return new LkftError('CHILD_FAILED', `git ${what} ${remote.replace(/\/\/[^/@]*@/, '//')} ${how}: ${last}`)
}
