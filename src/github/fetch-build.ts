import { join } from 'node:path'
import { readStage } from '#files/stage-directory'
import { newestArtifact } from '#github/artifact-names'
import type { ArtifactStore } from '#github/artifacts'

/** The build that a run boots, or why there is nothing to boot. */
export type FetchedBuild = { readonly directory: string } | { readonly skip: string }

/**
 * Brings the artifact of one build of the plan here. A build that failed, or
 * that left no artifact, is no failure of the run: the report says it once, for
 * the build.
 */
export async function fetchBuild(
  store: ArtifactStore,
  scope: string,
  build: string,
  folder: string,
): Promise<FetchedBuild> {
  const name = newestArtifact(await store.list(), scope, 'build', build)
  if (name === undefined) return { skip: `the build ${build} left no artifact` }
  const directory = join(folder, name)
  await store.download(name, directory)
  const record = await readStage('build', directory, { allowUnfinished: true })
  if (record.state !== 'done') return { skip: `the build ${build} was cut off` }
  if (record.kernel === null) return { skip: `the build ${build} made no kernel (verdict ${record.verdict ?? 'none'})` }
  return { directory }
}
