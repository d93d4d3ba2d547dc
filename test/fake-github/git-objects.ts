import { createHash } from 'node:crypto'

interface Entry {
  readonly name: string
  readonly type: 'blob' | 'tree'
  readonly sha: string
}

interface Commit {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
}

/** Content of a file, or null to remove it, as a request for a tree names it. */
export interface TreeChange {
  readonly path: string
  readonly sha?: string | null
  readonly content?: string
}

/** The objects and branches of one repository, in memory; blobs have git's own hashes. */
export class GitObjects {
  readonly blobs = new Map<string, Buffer>()
  readonly trees = new Map<string, readonly Entry[]>()
  readonly commits = new Map<string, Commit>()
  /** `heads/main` to a commit. */
  readonly refs = new Map<string, string>()

  addBlob(content: Buffer): string {
    const sha = hash(Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]))
    this.blobs.set(sha, content)
    return sha
  }

  /** A tree like another with changes; undefined when it names a blob that is not there. */
  addTree(base: string | undefined, changes: readonly TreeChange[]): string | undefined {
    const files = new Map(base === undefined ? [] : this.listFiles(base))
    for (const { path, sha, content } of changes) {
      const blob = content === undefined ? sha : this.addBlob(Buffer.from(content))
      if (blob === null) files.delete(path)
      else if (blob === undefined || !this.blobs.has(blob)) return undefined
      else files.set(path, blob)
    }
    return this.#nest(files)
  }

  addCommit(commit: Commit): string {
    const sha = hash(`commit ${JSON.stringify(commit)} ${this.commits.size}`)
    this.commits.set(sha, commit)
    return sha
  }

  /** Whether a commit is another or comes after it. */
  isAfter(sha: string, earlier: string): boolean {
    const waiting = [sha]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === earlier) return true
      waiting.push(...(this.commits.get(next)?.parents ?? []))
    }
    return false
  }

  /** Paths of a tree with the hashes of their blobs. */
  *listFiles(tree: string, before = ''): Generator<readonly [string, string], void, void> {
    for (const { name, type, sha } of this.trees.get(tree) ?? []) {
      if (type === 'blob') yield [`${before}${name}`, sha]
      else yield* this.listFiles(sha, `${before}${name}/`)
    }
  }

  #nest(files: ReadonlyMap<string, string>): string {
    const folders = new Map<string, Map<string, string>>()
    const entries: Entry[] = []
    for (const [path, sha] of files) {
      const [name = '', ...rest] = path.split('/')
      if (rest.length === 0) entries.push({ name, type: 'blob', sha })
      else folders.set(name, (folders.get(name) ?? new Map<string, string>()).set(rest.join('/'), sha))
    }
    for (const [name, inner] of folders) entries.push({ name, type: 'tree', sha: this.#nest(inner) })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    const sha = hash(`tree ${JSON.stringify(entries)}`)
    this.trees.set(sha, entries)
    return sha
  }
}

function hash(content: string | Buffer): string {
  return createHash('sha1').update(content).digest('hex')
}
