import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Octokit } from '@octokit/rest'
import { LkftError } from '#errors/lkft-error'
import { type Changes, mostAttempts, pauseBefore, type ResultsStore } from '#results/repository/results-store'

export interface GithubBranch {
  /** `owner/name`. */
  readonly repository: string
  readonly branch: string
}

/** A branch as one attempt found it. */
interface Base {
  readonly commit: string
  readonly tree: string
}

interface Where {
  readonly owner: string
  readonly repo: string
}

const mostDownloads = 8

/** A results repository that is read and written with GitHub's Git data API alone: no clone, no git. */
export function githubStore(octokit: Octokit, { repository, branch }: GithubBranch): ResultsStore {
  const [owner = '', repo = ''] = repository.split('/')
  const where: Where = { owner, repo }
  const name = `the branch ${branch} of ${repository}`
  const ref = `heads/${branch}`
  return {
    name,
    commit: async (message, change, { signal, forgetHistory = false } = {}) => {
      if (forgetHistory) {
        throw new LkftError(
          'BAD_ARGUMENT',
          "GitHub's Git data API cannot forget history without losing what others write",
          {
            hint: `Name the repository by its address for git: https://github.com/${repository}.`,
          },
        )
      }
      const blobs = new Map<Uint8Array, string>()
      for (let attempt = 1; attempt <= mostAttempts; attempt++) {
        signal?.throwIfAborted()
        const base = await readBase(octokit, where, ref)
        const changes = await change((path) => readPath(octokit, where, base, path))
        if (changes.size === 0) return attempt
        const tree = await writeTree(octokit, where, base, changes, blobs)
        const parents = base === undefined ? [] : [base.commit]
        const { data: commit } = await octokit.rest.git.createCommit({ ...where, message, tree, parents })
        if (await moveBranch(octokit, where, ref, base, commit.sha)) return attempt
        await sleep(pauseBefore(attempt), undefined, { signal })
      }
      throw new LkftError('FETCH_FAILED', `${name} changed ${mostAttempts} times while writing`)
    },
    pull: async (directory, signal) => {
      const base = await readBase(octokit, where, ref)
      if (base === undefined) return false
      const waiting = await listFiles(octokit, where, base.tree, '')
      await mkdir(directory, { recursive: true })
      const work = async (): Promise<void> => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
          signal?.throwIfAborted()
          await pullFile(octokit, where, next, directory)
        }
      }
      await Promise.all(Array.from({ length: mostDownloads }, work))
      return true
    },
  }
}

async function readBase(octokit: Octokit, where: Where, ref: string): Promise<Base | undefined> {
  // GitHub answers 409 for a repository without any commit; waiting does not mend that.
  const request = { retries: 0 }
  const found = await octokit.rest.git.getRef({ ...where, ref, request }).catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined
    if (statusOf(error) !== 409) throw error
    throw new LkftError('FETCH_FAILED', `${where.owner}/${where.repo} has no commit yet`, {
      cause: error,
      hint: 'Make a first commit on its web page, e.g. a README: the Git data API cannot.',
    })
  })
  if (found === undefined) return undefined
  const commit = found.data.object.sha
  const { data } = await octokit.rest.git.getCommit({ ...where, commit_sha: commit })
  return { commit, tree: data.tree.sha }
}

/** Follows a path tree by tree, so that a big repository is not listed whole. */
async function readPath(
  octokit: Octokit,
  where: Where,
  base: Base | undefined,
  path: string,
): Promise<string | undefined> {
  let sha = base?.tree
  for (const part of path.split('/')) {
    if (sha === undefined) return undefined
    const { data } = await octokit.rest.git.getTree({ ...where, tree_sha: sha })
    sha = data.tree.find((entry) => entry.path === part)?.sha
  }
  return sha === undefined ? undefined : (await readBlob(octokit, where, sha)).toString('utf8')
}

async function readBlob(octokit: Octokit, where: Where, sha: string): Promise<Buffer> {
  const { data } = await octokit.rest.git.getBlob({ ...where, file_sha: sha })
  return Buffer.from(data.content, 'base64')
}

/** @param blobs what earlier attempts have sent already */
async function writeTree(
  octokit: Octokit,
  where: Where,
  base: Base | undefined,
  changes: Changes,
  blobs: Map<Uint8Array, string>,
): Promise<string> {
  const tree = []
  for (const [path, content] of changes) {
    const entry = { path, mode: '100644', type: 'blob' } as const
    if (typeof content === 'string') tree.push({ ...entry, content })
    else if (content === undefined) {
      if (base !== undefined) tree.push({ ...entry, sha: null })
    } else {
      const sha = blobs.get(content) ?? (await sendBlob(octokit, where, content))
      blobs.set(content, sha)
      tree.push({ ...entry, sha })
    }
  }
  const over = base === undefined ? {} : { base_tree: base.tree }
  return (await octokit.rest.git.createTree({ ...where, ...over, tree })).data.sha
}

async function sendBlob(octokit: Octokit, where: Where, bytes: Uint8Array): Promise<string> {
  const content = Buffer.from(bytes).toString('base64')
  return (await octokit.rest.git.createBlob({ ...where, content, encoding: 'base64' })).data.sha
}

/** Whether the branch took the commit; not when somebody else's came first. */
async function moveBranch(
  octokit: Octokit,
  where: Where,
  ref: string,
  base: Base | undefined,
  sha: string,
): Promise<boolean> {
  try {
    if (base === undefined) await octokit.rest.git.createRef({ ...where, ref: `refs/${ref}`, sha })
    else await octokit.rest.git.updateRef({ ...where, ref, sha, force: false })
    return true
  } catch (error) {
    const isLate = [409, 422].includes(statusOf(error) ?? 0) && /fast forward|already exists/i.test(String(error))
    if (isLate) return false
    throw error
  }
}

interface RemoteFile {
  readonly path: string
  readonly sha: string
}

/** Every file of a tree; GitHub cuts a long recursive list off, then each folder is asked for. */
async function listFiles(octokit: Octokit, where: Where, tree: string, before: string): Promise<RemoteFile[]> {
  const { data } = await octokit.rest.git.getTree({ ...where, tree_sha: tree, recursive: '1' })
  const files = (entries: typeof data.tree): RemoteFile[] =>
    entries.filter(({ type }) => type === 'blob').map(({ path, sha }) => ({ path: `${before}${path}`, sha }))
  if (!data.truncated) return files(data.tree)
  const { data: flat } = await octokit.rest.git.getTree({ ...where, tree_sha: tree })
  const found = files(flat.tree)
  for (const { type, path, sha } of flat.tree) {
    if (type === 'tree') found.push(...(await listFiles(octokit, where, sha, `${before}${path}/`)))
  }
  return found
}

async function pullFile(octokit: Octokit, where: Where, { path, sha }: RemoteFile, directory: string): Promise<void> {
  if (path.split('/').some((part) => part === '..' || part === '' || part === '.git')) return
  const file = join(directory, path)
  const known = await readFile(file).catch(() => undefined)
  if (known !== undefined && gitHash(known) === sha) return
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, await readBlob(octokit, where, sha))
}

function gitHash(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { readonly status?: unknown }).status
  return typeof status === 'number' ? status : undefined
}
