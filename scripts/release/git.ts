import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runForOutput } from '#process/run-command'

/**
 * Git in a bare clone made for one release, so that nothing of it stays in the repository it is made from. Commits are by
 * the release's author at the released commit's time: the same input gives the same commit.
 */
export class Git implements AsyncDisposable {
  readonly folder: string
  readonly #environment: Readonly<Record<string, string>>

  /** Clones a repository, without copying its objects. */
  static async open(root: string): Promise<Git> {
    const folder = await mkdtemp(join(tmpdir(), 'lkft-release-'))
    await runForOutput({ argv: ['git', 'clone', '--quiet', '--shared', '--bare', root, folder] })
    const date = await runForOutput({ argv: ['git', '-C', root, 'log', '-1', '--format=%cI'] })
    return new Git(folder, date.trim())
  }

  private constructor(folder: string, date: string) {
    this.folder = folder
    const who = { NAME: 'lkft', EMAIL: 'lkft@users.noreply.github.com', DATE: date }
    this.#environment = Object.fromEntries(
      Object.entries(who).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    )
  }

  /** Runs git; gives what it prints without the last line end. @throws LkftError when it fails */
  async run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const settings = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.looseCompression=1', '-c', 'pack.compression=1']
    const argv = ['git', ...settings, ...args] as const
    const env = { ...this.#environment, ...credentials(), ...environment }
    return (await runForOutput({ argv: [...argv], cwd: this.folder, env })).trimEnd()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }

  /** Refs of a remote below `prefix`, by name. */
  async remoteRefs(remote: string, prefix: 'refs/heads/' | 'refs/tags/'): Promise<ReadonlyMap<string, string>> {
    const listed = await this.run(['ls-remote', '--refs', remote, `${prefix}*`])
    const lines = listed.split('\n').filter((line) => line !== '')
    return new Map(
      lines.map((line) => {
        const [sha = '', ref = ''] = line.split('\t')
        return [ref.slice(prefix.length), sha]
      }),
    )
  }
}

/** Where pushing needs a token, the caller puts it into git's configuration by environment, never into an argument. */
function credentials(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      /^GIT_CONFIG_(?:COUNT|GLOBAL|KEY_\d+|VALUE_\d+)$/.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  )
}
