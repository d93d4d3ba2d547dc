import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { downloadFile } from '#fetch/download-file'
import type { StageContext } from '#log/reporter'
import { type LocatedDefinition, locateDefinition, packDefinitions } from '#suites/pack-definition'
import type { Suite } from '#suites/suite'
import { suiteOfDefinition } from '#suites/test-definition'

export interface DefinitionsRequest {
  /** Files or URLs. */
  readonly testDefinitions?: readonly string[]
  readonly cacheServer?: string | undefined
}

/** Test definitions that are at hand; disposing them removes what was downloaded and packed. */
export interface FoundDefinitions extends AsyncDisposable {
  readonly suites: readonly Suite[]
  /** Archives to lie over the root file system; none when there are no definitions. */
  readonly overlays: readonly string[]
}

/**
 * Fetches and reads test definitions, and packs the files that they use.
 *
 * @throws LkftError BAD_ARGUMENT for one that is missing or wrong, or two of one name; FETCH_FAILED
 */
export async function findDefinitions(request: DefinitionsRequest, context: StageContext): Promise<FoundDefinitions> {
  const asked = request.testDefinitions ?? []
  if (asked.length === 0) return { suites: [], overlays: [], [Symbol.asyncDispose]: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'lkft-definitions-'))
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const found: LocatedDefinition[] = []
    for (const from of asked) found.push(await locateDefinition(await fetchOne(from, request, folder, context)))
    const names = found.map(({ definition }) => definition.name)
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined) throw new LkftError('BAD_ARGUMENT', `two test definitions are called ${twice}`)
    for (const { definition } of found) warnOfPackages(definition.name, definition.dependencies, context)
    return {
      suites: found.map(({ definition }) => suiteOfDefinition(definition)),
      overlays: [await packDefinitions(found, join(folder, 'definitions.cpio'))],
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

async function fetchOne(
  from: string,
  { cacheServer }: DefinitionsRequest,
  folder: string,
  context: StageContext,
): Promise<string> {
  if (!/^https?:\/\//i.test(from)) return from.replace(/^file:\/\//, '')
  const file = join(await mkdtemp(join(folder, 'url-')), basename(new URL(from).pathname) || 'definition.yaml')
  await downloadFile({ url: from, file, cacheServer }, context)
  return file
}

function warnOfPackages(name: string, packages: readonly string[], { reporter }: StageContext): void {
  if (packages.length === 0) return
  reporter.warn(
    `${name} wants the packages ${packages.join(', ')}: lkft installs none, the root file system must have them`,
  )
}
