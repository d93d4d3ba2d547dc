import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LkftError } from '#errors/lkft-error'
import { type CommandResult, runCommand } from '#process/run-command'
import {
  type Changes,
  type CommitOptions,
  mostAttempts,
  pauseBefore,
  type ReadFile,
  type ResultsStore,
} from '#results/repository/results-store'

/** A branch of a repository that git can reach. */
export interface GitBranch {
  /** Anything `git fetch` takes: a path, an https or ssh address. */
  readonly remote: string
  readonly branch: string
}

/** A results repository in a branch that plain git reads and writes. */
export function gitStore(git: GitBranch): ResultsStore {
  return {
    name: `the branch ${git.branch} of ${git.remote.replace(/\/\/[^/@]*@/, '//')}`,
    commit: (message, change, options) => commitToBranch(git, message, change, options),
    pull: (directory, signal) => pullBranch(git, directory, signal),
  }
}

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
  { signal, forgetHistory = false }: CommitOptions = {},
): Promise<number> {
  await using git = await openScratch(remote, signal)
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const base = await git.fetch(branch)
    const changes = await change((path) => git.show(base, path))
    if (changes.size === 0) return attempt
    const commit = await git.commit(base, changes, message, forgetHistory)
    const lease = forgetHistory ? [`--force-with-lease=refs/heads/${branch}:${base ?? ''}`] : []
    const pushed = await git.run(['push', '--quiet', ...lease, 'origin', `${commit}:refs/heads/${branch}`])
    if (pushed.exitCode === 0) return attempt
    if (
      !/rejected|fetch first|non-fast-forward|cannot lock ref|failed to update ref|stale info|reference already exists/i.test(
        pushed.stderr,
      )
    ) {
      throw failed('push to', remote, pushed)
    }
    await sleep(pauseBefore(attempt), undefined, { signal })
  }
  throw new LkftError('CHILD_FAILED', `${remote}: the branch ${branch} changed ${mostAttempts} times while writing`)
}

/** Copies one branch into a folder, or brings the folder up to it; false when the remote has no such branch. */
export async function pullBranch(
  { remote, branch }: GitBranch,
  directory: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const run = (args: readonly [string, ...string[]]): Promise<CommandResult> =>
    runCommand({ argv: ['git', ...args], env: { GIT_TERMINAL_PROMPT: '0' } }, { signal })
  await run(['init', '--quiet', directory])
  const fetched = await run([
    '-C',
    directory,
    'fetch',
    '--quiet',
    '--depth',
    '1',
    '--',
    addressOf(remote),
    `refs/heads/${branch}`,
  ])
  if (/couldn't find remote ref/.test(fetched.stderr)) return false
  if (fetched.exitCode !== 0) throw failed('fetch', remote, fetched)
  const reset = await run(['-C', directory, 'reset', '--quiet', '--hard', 'FETCH_HEAD'])
  if (reset.exitCode !== 0) throw failed('check out', remote, reset)
  return true
}

/** git runs in another folder, so a path is made whole. */
function addressOf(remote: string): string {
  return existsSync(remote) ? resolve(remote) : remote
}

interface Scratch extends AsyncDisposable {
  readonly run: (args: readonly string[], input?: string | Uint8Array) => Promise<CommandResult>
  /** The newest commit of a branch; undefined when there is no such branch yet. */
  readonly fetch: (branch: string) => Promise<string | undefined>
  readonly show: (base: string | undefined, path: string) => Promise<string | undefined>
  readonly commit: (
    base: string | undefined,
    changes: Changes,
    message: string,
    forgetHistory: boolean,
  ) => Promise<string>
}

async function openScratch(remote: string, signal?: AbortSignal): Promise<Scratch> {
  const directory = await mkdtemp(join(tmpdir(), 'lkft-results-'))
  const env = { GIT_TERMINAL_PROMPT: '0' }
  const run: Scratch['run'] = (args, input) =>
    runCommand({ argv: ['git', '-C', directory, ...args], env }, { signal, input, keepBytes: 1 << 28 })
  const must = async (args: readonly string[], input?: string | Uint8Array): Promise<string> => {
    const result = await run(args, input)
    if (result.exitCode !== 0) throw failed(args[0] ?? '', remote, result)
    return result.stdout.trim()
  }
  await must(['init', '--quiet', '--bare', '.'])
  // Trees without files: a file is fetched only when it is read.
  const config =
    `[remote "origin"]\n\turl = ${JSON.stringify(addressOf(remote))}\n\tpromisor = true\n` +
    '\tpartialclonefilter = blob:none\n[gc]\n\tauto = 0\n[fetch]\n\twriteCommitGraph = false\n'
  await appendFile(join(directory, 'config'), config)
  return {
    run,
    fetch: async (branch) => {
      const words = ['fetch', '--quiet', '--depth', '1', '--filter=blob:none', 'origin']
      const fetched = await run([...words, `+refs/heads/${branch}:refs/lkft/base`])
      if (fetched.exitCode === 0) return (await must(['rev-parse', 'refs/lkft/base'])) || undefined
      if (/couldn't find remote ref/.test(fetched.stderr)) return undefined
      throw failed('fetch', remote, fetched)
    },
    show: async (base, path) => {
      if (base === undefined) return undefined
      const shown = await run(['cat-file', 'blob', `${base}:${path}`])
      if (shown.exitCode === 0) return shown.stdout
      if (/does not exist in|exists on disk, but not in/.test(shown.stderr)) return undefined
      throw failed('read', remote, shown)
    },
    commit: async (base, changes, message, forgetHistory) => {
      const tree = base === undefined ? undefined : await must(['rev-parse', `${base}^{tree}`])
      const from = forgetHistory ? { tree } : { base }
      await must(['fast-import', '--quiet', '--force', '--done'], importStream(from, changes, message))
      return 'refs/lkft/next'
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** One commit as git's fast-import reads it; paths are made of letters that need no quoting. */
function importStream(
  { base, tree }: { readonly base?: string | undefined; readonly tree?: string | undefined },
  changes: Changes,
  message: string,
): Uint8Array {
  const parts: (string | Uint8Array)[] = []
  const data = (content: string | Uint8Array): void => {
    const bytes = Buffer.from(content)
    parts.push(`data ${bytes.length}\n`, bytes, '\n')
  }
  parts.push(`commit refs/lkft/next\ncommitter lkft <lkft@localhost> ${Math.floor(Date.now() / 1000)} +0000\n`)
  data(message)
  if (base !== undefined) parts.push(`from ${base}\n`)
  if (tree !== undefined) parts.push(`M 040000 ${tree} \n`)
  for (const [path, content] of changes) {
    if (content === undefined) parts.push(`D ${path}\n`)
    else {
      parts.push(`M 100644 inline ${path}\n`)
      data(content)
    }
  }
  parts.push('done\n')
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

function failed(what: string, remote: string, { stderr, exitCode, cancelled }: CommandResult): LkftError {
  const last = stderr.trimEnd().split('\n').at(-1) ?? ''
  const how = cancelled ? 'was interrupted' : `failed with ${exitCode}`
  return new LkftError('CHILD_FAILED', `git ${what} ${remote.replace(/\/\/[^/@]*@/, '//')} ${how}: ${last}`)
}
