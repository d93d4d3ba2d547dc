import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { runForOutput } from '#process/run-command'

/** A repository of one commit, made for a test or from a folder that is none. */
export interface ThrowawayRepository extends AsyncDisposable {
  readonly folder: string
  readonly sha: string
  /** Commits what is in the folder now. */
  readonly commit: (message: string) => Promise<string>
}

/** Makes a repository of these files; a `.sh` or `.py` file is executable. */
export async function repositoryOf(files: Readonly<Record<string, string>>): Promise<ThrowawayRepository> {
  return create(async (folder) => {
    for (const [name, text] of Object.entries(files)) {
      const file = join(folder, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text, { mode: /\.(sh|py)$/.test(name) ? 0o755 : 0o644 })
    }
  })
}

/** Makes a repository of a folder's content, without its history. */
export async function repositoryFrom(source: string): Promise<ThrowawayRepository> {
  return create((folder) =>
    cp(source, folder, { recursive: true, verbatimSymlinks: true, filter: (path) => basename(path) !== '.git' }),
  )
}

async function create(fill: (folder: string) => Promise<void>): Promise<ThrowawayRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-repository-'))
  const git = (...args: readonly string[]): Promise<string> => {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false']
    return runForOutput({ argv: ['git', '-C', folder, ...who, ...args] })
  }
  await git('init', '--quiet', '--initial-branch=main')
  await fill(folder)
  const commit = async (message: string): Promise<string> => {
    await git('add', '--all', '--force')
    await git('commit', '--quiet', '--allow-empty', '-m', message)
    return (await git('rev-parse', 'HEAD')).trim()
  }
  const sha = await commit('first')
  return { folder, sha, commit, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
