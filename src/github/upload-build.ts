import { formatArtifactName } from '#github/artifact-names'
import type { ArtifactStore } from '#github/artifacts'
import type { StageInputs } from '#github/stage-inputs'
import { copyRecords } from '#github/stage-records'
import type { Build } from '#schema/documents'

/**
 * Uploads a build directory twice: whole, for those who boot it, and its records
 * alone, so that a report of a hundred builds need not download a hundred kernels.
 *
 * @returns name and id of the whole one
 */
export async function uploadBuild(
  store: ArtifactStore,
  build: Build,
  directory: string,
  { scope, attempt, retentionDays }: StageInputs & { readonly attempt: number },
): Promise<{ readonly name: string; readonly id: number | undefined }> {
  const name = formatArtifactName({ scope, kind: 'build', id: build.name, attempt })
  const id = await store.upload(name, directory, retentionDays)
  const records = `${directory}.records`
  await copyRecords('build', directory, records)
  await store.upload(formatArtifactName({ scope, kind: 'records', id: build.name, attempt }), records, retentionDays)
  return { name, id }
}
