import { LkftError } from '#errors/lkft-error'
import { defined } from '#github/defined'
import type { InputReader } from '#github/inputs'
import { openResults } from '#github/open-results'
import type { StageContext } from '#log/reporter'

/** A project of a results repository. */
export interface ResultsPlace {
  readonly repository: string
  readonly branch: string
  readonly project: string
  readonly token?: string
}

/** The inputs about a results repository; undefined when none is named. */
export function readResultsPlace(inputs: InputReader): ResultsPlace | undefined {
  const repository = inputs.text('results-repository')
  if (repository === undefined) return undefined
  return {
    repository,
    branch: inputs.text('results-branch') ?? 'results',
    project: inputs.required('results-project'),
    ...defined({ token: inputs.text('results-token') ?? inputs.text('token') }),
  }
}

export function needPlace(place: ResultsPlace | undefined): ResultsPlace {
  if (place !== undefined) return place
  throw new LkftError('BAD_ARGUMENT', 'input results-repository is required and was not given', {
    hint: 'push-results and a baseline of results@ need it, and results-project.',
  })
}

/** Brings the repository here; a branch or project that is not there yet is a first run. */
export async function pullResults(
  place: ResultsPlace,
  which: string,
  folder: string,
  environment: NodeJS.ProcessEnv,
  { reporter, signal }: StageContext,
): Promise<{ readonly folders: readonly string[]; readonly name: string | undefined }> {
  const { findBuild } = await import('#report/read-repository')
  reporter.section('Pull the results repository')
  const isThere = await openResults({ ...place, environment, reporter }).pull(folder, signal)
  const address = `results:${folder}#${place.project}@${which}`
  const found = isThere ? await findBuild({ directory: folder, project: place.project, which }) : undefined
  if (found === undefined) {
    reporter.warn(`the results repository has no build '${which}' of ${place.project} yet: this is a first run`)
    return { folders: [], name: undefined }
  }
  return { folders: [address], name: found.kernel ?? found.id }
}
