import { LkftError } from '#errors/lkft-error'
import { readLineBatches } from '#results/read-lines'
import type { TestResult } from '#schema/documents'
import { checkDocument, findProblems } from '#schema/validate'

/**
 * The results of a `tests.ndjson`, streamed in their order.
 *
 * @param options.allowCutOff leaves out a last line that a cut-off run did not finish, instead of refusing the file
 * @throws LkftError BAD_DOCUMENT naming file, line, field, value and what is allowed
 */
export async function* readTests(
  file: string,
  options: { readonly allowCutOff?: boolean } = {},
): AsyncGenerator<TestResult, void, void> {
  const check = await loadCheck()
  for await (const { lines, first, cutOff } of readLineBatches(file)) {
    for (const [index, line] of lines.entries()) {
      if (line === '') continue
      const value = parseLine(line, () => `${file}:${first + index}`, cutOff && options.allowCutOff === true)
      if (value === undefined) continue
      if (!check(value)) await checkDocument('test', value, `${file}:${first + index}`)
      yield value as TestResult
    }
  }
}

/** One line of NDJSON; undefined for a line that a cut-off writer left unfinished and the caller allows. */
export function parseLine(line: string, place: () => string, mayBeCut = false): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (mayBeCut) return undefined
    throw new LkftError('BAD_DOCUMENT', `${place()}: not JSON: ${(error as Error).message}`, { cause: error })
  }
}

/** The synchronous validator, so that 170,000 lines do not cost as many promises. */
async function loadCheck(): Promise<(value: unknown) => boolean> {
  await findProblems('test', {})
  const { default: check } = await import('#schema/generated/test-validator')
  return check as (value: unknown) => boolean
}
