import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { newestArtifact } from '#github/artifact-names'
import type { ArtifactStore } from '#github/artifacts'
import type { StageContext } from '#log/reporter'
import { formatCommandLine } from '#process/command-line'
import { runForOutput } from '#process/run-command'

/** The one file of a source artifact: the tree's `.git`, whose pack is compressed already. */
const archiveName = 'source.tar'

/**
 * Packs the commit that a checkout stands at, for the other jobs of the run: the
 * tree is fetched from GitHub once, however many builds there are.
 *
 * @returns the folder to upload
 */
export async function packSource(checkout: string, folder: string, context: StageContext): Promise<string> {
  await mkdir(folder, { recursive: true })
  await run(['git', '-C', checkout, 'rev-parse', '--verify', 'HEAD'], context)
  await run(['tar', '-C', checkout, '--owner=0', '--group=0', '-cf', join(folder, archiveName), '.git'], context)
  return folder
}

/**
 * Brings the run's source tree to `folder`.
 *
 * @throws LkftError FETCH_FAILED when the run has no source artifact
 */
export async function fetchSource(
  store: ArtifactStore,
  scope: string,
  folder: string,
  context: StageContext,
): Promise<string> {
  const name = newestArtifact(await store.list(), scope, 'source', 'all')
  if (name === undefined) {
    throw new LkftError('FETCH_FAILED', `this run has no source artifact of scope '${scope}'`, {
      hint: "Check the tree out and give its folder as 'source', or let the plan action pack it with 'pack-source'.",
    })
  }
  const download = `${folder}.download`
  await store.download(name, download)
  const tree = join(folder, 'tree')
  await mkdir(tree, { recursive: true })
  await run(['tar', '-C', tree, '--no-same-owner', '-xf', join(download, archiveName)], context)
  await run(['git', '-C', tree, '-c', 'core.hooksPath=/dev/null', 'checkout', '--force', '--quiet', 'HEAD'], context)
  return tree
}

async function run(argv: [string, ...string[]], { reporter, signal }: StageContext): Promise<void> {
  reporter.command(formatCommandLine({ argv }))
  await runForOutput({ argv }, { signal })
}
