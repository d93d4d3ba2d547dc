import type { Git } from './git.ts'
import { majorTag, movesMajor, type Version } from './version.ts'

/** One repository that a release goes to. */
export interface Target {
  readonly name: string
  /** Address to push to. */
  readonly remote: string
  /** Makes the commit to release. @param tip of the branch main, `undefined` for an empty repository */
  readonly commit: (tip: string | undefined) => Promise<string>
  /** Whether the commit becomes the branch main; a repository of sources keeps its own. */
  readonly isBranch: boolean
}

/** What will be, or was, pushed to one repository. */
export interface Published {
  readonly name: string
  readonly sha: string
  readonly tag: string
  /** The version was there already, with the same files. */
  readonly wasThere: boolean
  readonly movesMajor: boolean
}

/**
 * Looks at one repository, and pushes nothing: the commit, whether its version is there, whether the major tag moves.
 *
 * @throws Error when that version was released with other files: a release never changes
 */
export async function prepareTarget(git: Git, target: Target, text: string, version: Version): Promise<Published> {
  const tag = `v${text}`
  const tags = await git.remoteRefs(target.remote, 'refs/tags/')
  const heads = await git.remoteRefs(target.remote, 'refs/heads/')
  const released = tags.get(tag)
  const tip = heads.get('main')
  for (const sha of [released, tip]) {
    if (sha !== undefined) await git.run(['fetch', '--quiet', '--no-tags', '--depth=1', target.remote, sha])
  }
  const moves = movesMajor(version, [...tags.keys()])
  if (released === undefined) {
    return { name: target.name, sha: await target.commit(tip), tag, wasThere: false, movesMajor: moves }
  }
  const again = await target.commit(undefined)
  const [before, now] = [
    await git.run(['rev-parse', `${released}^{tree}`]),
    await git.run(['rev-parse', `${again}^{tree}`]),
  ]
  if (before !== now) throw new Error(`${target.name} has ${tag} already, with other files: choose a new version`)
  return {
    name: target.name,
    sha: await git.run(['rev-parse', `${released}^{commit}`]),
    tag,
    wasThere: true,
    movesMajor: moves,
  }
}

/** Pushes the version; never by force. */
export async function publishVersion(git: Git, target: Target, { sha, tag, wasThere }: Published): Promise<void> {
  if (wasThere) return
  const branch = target.isBranch ? [`${sha}:refs/heads/main`] : []
  await git.run(['push', '--quiet', '--atomic', target.remote, `${sha}:refs/tags/${tag}`, ...branch])
}

/** Moves `v1` to the version. It has no release, so GitHub lets it move. */
export async function moveMajor(git: Git, target: Target, published: Published, version: Version): Promise<void> {
  if (!published.movesMajor) return
  await git.run(['push', '--quiet', '--force', target.remote, `${published.sha}:refs/tags/${majorTag(version)}`])
}
