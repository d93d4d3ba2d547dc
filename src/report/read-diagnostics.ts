import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { readLineBatches } from '#results/read-lines'
import { parseLine } from '#results/read-tests'
import type { Build, Diagnostic } from '#schema/documents'
import { checkDocument } from '#schema/validate'

/** Warnings and errors of one build by what stays the same when lines move. */
export type DiagnosticTable = ReadonlyMap<string, readonly Diagnostic[]>

/** More than this many messages of one build say nothing more. */
const most = 100_000

/**
 * Reads `diagnostics.ndjson` of a build directory; notes are left out. A build
 * without the file has none.
 *
 * @throws LkftError BAD_DOCUMENT naming file and line
 */
export async function readDiagnostics(directory: string, record: Build): Promise<DiagnosticTable> {
  const table = new Map<string, Diagnostic[]>()
  const file = join(directory, 'diagnostics.ndjson')
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) return table
  let count = 0
  for await (const { lines, first, cutOff } of readLineBatches(file)) {
    for (const [index, line] of lines.entries()) {
      if (line === '') continue
      const place = `${file}:${first + index}`
      const value = parseLine(line, () => place, cutOff && record.state !== 'done')
      if (value === undefined) continue
      const diagnostic = await checkDocument('diagnostic', value, place)
      if (diagnostic.level === 'note') continue
      if (++count > most) throw new LkftError('BAD_DOCUMENT', `${place}: more than ${most} warnings and errors`)
      const key = diagnosticKey(diagnostic)
      const known = table.get(key)
      if (known === undefined) table.set(key, [diagnostic])
      else known.push(diagnostic)
    }
  }
  return table
}

function diagnosticKey({ tool, level, file, flag, message }: Diagnostic): string {
  return [tool, level, file ?? '', flag ?? '', message].join('\0')
}
