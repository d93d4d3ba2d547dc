import { type Answer, ok, type Route } from './route.ts'
import type { GitObjects, TreeChange } from './git-objects.ts'

const refused = (status: number, message: string): Answer => ({ status, body: { message } })
const created = (body: unknown): Answer => ({ status: 201, body })

/** GitHub's Git data API over the objects of the state. */
export const gitRoutes: Readonly<Record<string, Route>> = {
  'GET /repos/{owner}/{repo}/git/ref/{ref}': {
    permissions: ['contents:read'],
    answer: ({ state: { git }, path }) => {
      const sha = git.refs.get(path['ref'] ?? '')
      return sha === undefined ? undefined : ok(refBody(path['ref'] ?? '', sha))
    },
  },
  'POST /repos/{owner}/{repo}/git/refs': {
    permissions: ['contents:write'],
    answer: ({ state: { git }, body }) => {
      const [ref, sha] = [String(body['ref']).replace(/^refs\//, ''), String(body['sha'])]
      if (git.refs.has(ref)) return refused(422, 'Reference already exists')
      if (!git.commits.has(sha)) return refused(422, 'Object does not exist')
      git.refs.set(ref, sha)
      return created(refBody(ref, sha))
    },
  },
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': {
    permissions: ['contents:write'],
    answer: ({ state: { git }, path, body }) => {
      const [ref, sha] = [path['ref'] ?? '', String(body['sha'])]
      const now = git.refs.get(ref)
      if (now === undefined) return refused(422, 'Reference does not exist')
      if (body['force'] !== true && !git.isAfter(sha, now)) return refused(422, 'Update is not a fast forward')
      git.refs.set(ref, sha)
      return ok(refBody(ref, sha))
    },
  },
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': {
    permissions: ['contents:read'],
    answer: ({ state: { git }, path }) => {
      const body = commitBody(git, path['commit_sha'] ?? '')
      return body && ok(body)
    },
  },
  'POST /repos/{owner}/{repo}/git/commits': {
    permissions: ['contents:write'],
    answer: ({ state: { git }, body }) => {
      const tree = String(body['tree'])
      if (!git.trees.has(tree)) return refused(422, 'Tree SHA does not exist')
      const parents = (body['parents'] ?? []) as string[]
      return created(commitBody(git, git.addCommit({ tree, parents, message: String(body['message']) })))
    },
  },
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': {
    permissions: ['contents:read'],
    answer: ({ state: { git }, path, query }) => {
      const body = treeBody(git, path['tree_sha'] ?? '', query.has('recursive'))
      return body && ok(body)
    },
  },
  'POST /repos/{owner}/{repo}/git/trees': {
    permissions: ['contents:write'],
    answer: ({ state: { git }, body }) => {
      const sha = git.addTree(body['base_tree'] as string | undefined, body['tree'] as TreeChange[])
      return sha === undefined ? refused(422, 'tree.sha does not exist') : created(treeBody(git, sha, false))
    },
  },
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': {
    permissions: ['contents:read'],
    answer: ({ state: { git }, path }) => {
      const sha = path['file_sha'] ?? ''
      const content = git.blobs.get(sha)
      if (content === undefined) return undefined
      return ok({ sha, encoding: 'base64', size: content.length, content: content.toString('base64') })
    },
  },
  'POST /repos/{owner}/{repo}/git/blobs': {
    permissions: ['contents:write'],
    answer: ({ state: { git }, body }) => {
      const encoding = body['encoding'] === 'base64' ? 'base64' : 'utf8'
      return created({ sha: git.addBlob(Buffer.from(String(body['content']), encoding)) })
    },
  },
}

function refBody(ref: string, sha: string): object {
  return { ref: `refs/${ref}`, object: { type: 'commit', sha } }
}

function commitBody({ commits }: GitObjects, sha: string): object | undefined {
  const commit = commits.get(sha)
  if (commit === undefined) return undefined
  const { tree, parents, message } = commit
  return { sha, message, tree: { sha: tree }, parents: parents.map((parent) => ({ sha: parent })) }
}

function treeBody(git: GitObjects, sha: string, recursive: boolean): object | undefined {
  const entries = git.trees.get(sha)
  if (entries === undefined) return undefined
  const files = recursive
    ? [...git.listFiles(sha)].map(([path, blob]) => ({ path, mode: '100644', type: 'blob', sha: blob }))
    : entries.map((one) => ({ path: one.name, mode: one.type === 'blob' ? '100644' : '040000', ...one }))
  return { sha, truncated: false, tree: files.map(({ path, mode, type, sha: of }) => ({ path, mode, type, sha: of })) }
}
