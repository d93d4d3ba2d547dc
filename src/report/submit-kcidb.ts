import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StageContext } from '#log/reporter'
import { writeKcidb } from '#report/kcidb'
import { readSide } from '#report/read-side'
import { askServer } from '#report/squad/ask-server'

/**
 * Sends runs and builds to a server that takes KCIDB 5.3 over HTTP. The token comes
 * from KCIDB_TOKEN.
 *
 * @param url the whole address to post to
 * @throws LkftError FETCH_FAILED, BAD_ARGUMENT, BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function submitToKcidb(url: string, directories: readonly string[], context: StageContext) {
  const side = await readSide(directories, { option: '--current', allowIncomplete: false }, context)
  const folder = await mkdtemp(join(tmpdir(), 'lkft-kcidb-'))
  try {
    const file = join(folder, 'kcidb.json')
    await writeKcidb(file, side)
    const token = process.env['KCIDB_TOKEN']
    const authorization = token === undefined ? undefined : `Bearer ${token}`
    await askServer(url, { body: await readFile(file, 'utf8'), authorization, signal: context.signal })
    return { runs: side.runs.length }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
