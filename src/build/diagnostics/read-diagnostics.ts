import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { LkftError } from '#errors/lkft-error'
import { checkDocument } from '#schema/validate'
import type { Diagnostic } from '#schema/documents'

/**
 * Reads a diagnostics.ndjson; a build that never wrote one has none.
 *
 * @throws LkftError BAD_DOCUMENT that names file and line
 */
export async function readDiagnostics(file: string): Promise<readonly Diagnostic[]> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) return []
  const found: Diagnostic[] = []
  let number = 0
  for await (const line of createInterface({ input: createReadStream(file) })) {
    number++
    if (line === '') continue
    found.push(await checkDocument('diagnostic', parse(line, `${file}:${number}`), `${file}:${number}`))
  }
  return found
}

function parse(line: string, place: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${place}: not JSON: ${(error as Error).message}`, { cause: error })
  }
}
