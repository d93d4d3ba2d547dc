import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runCommand, runForOutput } from '#process/run-command'

/** A commit of a repository, which `uses: $/…` and `owner/name@ref` are read from. */
export interface Origin {
  /** `owner/name` */
  readonly repository: string
  readonly sha: string
}

/** Repositories that stand for those on GitHub, by `owner/name`: folders of local git repositories. */
export class GitStore {
  readonly #repositories: Readonly<Record<string, string>>
  readonly #folder: string
  readonly #unpacking = new Map<string, Promise<string>>()

  constructor(repositories: Readonly<Record<string, string>>, folder: string) {
    this.#repositories = repositories
    this.#folder = folder
  }

  has(repository: string): boolean {
    return this.#find(repository) !== undefined
  }

  /** Folder of a repository. @throws Error as GitHub says it */
  folder(repository: string): string {
    const found = this.#find(repository)
    if (found === undefined) throw new Error(`Unable to resolve action ${repository}, repository not found`)
    return found
  }

  /** Commit of a ref. @throws Error when there is none */
  async resolve(repository: string, ref: string): Promise<Origin> {
    const git = this.folder(repository)
    for (const name of [ref, `refs/tags/${ref}`, `refs/heads/${ref}`, `refs/remotes/origin/${ref}`]) {
      const argv = [
        'git',
        '-C',
        git,
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${name}^{commit}`,
      ] as const
      const result = await runCommand({ argv: [...argv] })
      if (result.exitCode === 0) return { repository, sha: result.stdout.trim() }
    }
    throw new Error(`Unable to resolve action \`${repository}@${ref}\`, unable to find version \`${ref}\``)
  }

  /** Text of a file in a commit; `undefined` when it has none. */
  async file({ repository, sha }: Origin, path: string): Promise<string | undefined> {
    const argv = ['git', '-C', this.folder(repository), 'cat-file', 'blob', `${sha}:${path}`] as const
    const result = await runCommand({ argv: [...argv] }, { keepBytes: 1 << 24 })
    return result.exitCode === 0 ? result.stdout : undefined
  }

  /** Unpacks a commit once, without git's own files; gives the folder. */
  async unpack(origin: Origin): Promise<string> {
    const target = join(this.#folder, origin.repository, origin.sha)
    const started = this.#unpacking.get(target) ?? this.#unpack(origin, target)
    this.#unpacking.set(target, started)
    return started
  }

  async #unpack({ repository, sha }: Origin, target: string): Promise<string> {
    if (await stat(target).catch(() => undefined)) return target
    await mkdir(dirname(target), { recursive: true })
    const folder = await mkdtemp(`${target}-`)
    const archive = join(folder, 'archive.tar')
    await runForOutput({ argv: ['git', '-C', this.folder(repository), 'archive', '--format=tar', '-o', archive, sha] })
    await runForOutput({ argv: ['tar', '-xf', archive, '-C', folder] })
    await rm(archive)
    await rename(folder, target)
    return target
  }

  #find(repository: string): string | undefined {
    const wanted = repository.toLowerCase()
    return Object.entries(this.#repositories).find(([name]) => name.toLowerCase() === wanted)?.[1]
  }
}
