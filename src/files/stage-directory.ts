import { access, constants, mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import type { Build, Report, Run } from '#schema/documents'
import { checkDocument } from '#schema/validate'

interface StageRecords {
  build: Build
  run: Run
  report: Report
}

export type StageName = keyof StageRecords

/**
 * Makes the output directory of a stage and proves that it can be written.
 *
 * @returns its absolute path
 * @throws LkftError NOT_WRITABLE
 */
export async function createStageDirectory(directory: string): Promise<string> {
  const path = resolve(directory)
  try {
    await makeFolders(path)
    await access(path, constants.W_OK | constants.X_OK)
    return path
  } catch (error) {
    const hint = 'Choose another --output-dir or change its owner.'
    throw new LkftError('NOT_WRITABLE', `cannot write to ${path}: ${(error as Error).message}`, { cause: error, hint })
  }
}

/** Makes a folder and those above it; one at a time, since Node's own `recursive` never ends under /proc. */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path || (await exists(dirname(path)))) throw error
    await makeFolders(dirname(path))
    await mkdir(path)
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/**
 * Reads the record of a finished stage (`build.json`, `run.json`, `report.json`).
 * A cut-off or cancelled one is refused unless `allowUnfinished`.
 *
 * @throws LkftError BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function readStage<Name extends StageName>(
  name: Name,
  directory: string,
  options: { readonly allowUnfinished?: boolean } = {},
): Promise<StageRecords[Name]> {
  const file = join(directory, `${name}.json`)
  const record = await checkDocument(name, parse(await read(file, name, directory), file), file)
  if (options.allowUnfinished === true || !('state' in record) || record.state === 'done') return record
  const state = record.state === 'running' ? 'was cut off or is still running' : 'was cancelled'
  throw new LkftError('STAGE_UNFINISHED', `${directory}: this ${name} ${state}`, { hint: `Run the ${name} again.` })
}

async function read(file: string, name: StageName, directory: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const found = await readdir(directory).catch(() => undefined)
    const why = found === undefined ? 'no such directory' : `it holds no ${name}.json`
    throw new LkftError('BAD_DOCUMENT', `${directory} is no ${name} directory: ${why}`, { cause: error })
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: not JSON: ${(error as Error).message}`, { cause: error })
  }
}
