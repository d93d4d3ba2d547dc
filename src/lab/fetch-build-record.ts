import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { downloadFile } from '#fetch/download-file'
import type { StageContext } from '#log/reporter'
import type { Build } from '#schema/documents'
import { checkDocument } from '#schema/validate'

/**
 * The build.json of a build directory that a web server has.
 *
 * @param from the directory's URL, ending in `/`
 * @param folder where the file goes
 * @throws LkftError FETCH_FAILED, BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function fetchBuildRecord(
  from: string,
  folder: string,
  cacheServer: string | undefined,
  context: StageContext,
): Promise<Build> {
  const url = new URL('build.json', from).href
  const file = join(folder, 'build.json')
  await downloadFile({ url, file, cacheServer }, context)
  const build = await checkDocument('build', parse(await readFile(file, 'utf8'), url), url)
  if (build.state === 'done') return build
  throw new LkftError('STAGE_UNFINISHED', `${from}: this build is ${build.state}`, { hint: 'Run the build again.' })
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${url}: not JSON: ${(error as Error).message}`, { cause: error })
  }
}
