import { isRecord, readJson } from '#suites/outputs/json-output'
import { measured, type OutputReader, type Reading } from '#suites/outputs/output-reader'

/**
 * `extract-mmtests.pl --print-json`: `_ResultData` holds for each operation its samples (`Values`, or a list of rows
 * with `Values`). Each operation becomes the mean of its samples.
 */
export function readMmtests(): OutputReader {
  return readJson((document) => {
    const data = isRecord(document) ? document['_ResultData'] : undefined
    if (!isRecord(data))
      return [{ test: 'report', status: 'fail', reason: 'error', message: 'the report has no _ResultData' }]
    return Object.entries(data).flatMap(([operation, samples]): readonly Reading[] => {
      const values = numbersOf(samples, 0)
      if (operation === '' || values.length === 0) return []
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return Number.isFinite(mean) ? [measured(operation, mean, 'mean')] : []
    })
  })
}

/** The sample values in an operation's rows, however they nest; an index beside them is none. */
function numbersOf(value: unknown, depth: number): readonly number[] {
  if (typeof value === 'number') return [value]
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return [Number(value)]
  if (depth > 4) return []
  if (Array.isArray(value)) return value.flatMap((row) => numbersOf(row, depth + 1))
  return isRecord(value) ? numbersOf(value['Values'] ?? [], depth + 1) : []
}
