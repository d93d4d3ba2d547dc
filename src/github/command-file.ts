import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'

/** GitHub refuses a job's output above this many bytes. */
const largestValue = 1024 * 1024

/**
 * Adds values to a command file of the runner (`GITHUB_OUTPUT`, `GITHUB_STATE`),
 * each in the heredoc form with a random delimiter, so that no value can end its
 * own part. Written here and not taken from @actions/core, which brings an HTTP
 * client of a megabyte to every action.
 *
 * @param file the command file; nothing is written outside a runner
 * @throws RangeError for a value that GitHub would refuse
 */
export function appendToCommandFile(
  file: string | undefined,
  values: Readonly<Record<string, string | number | boolean>>,
): void {
  if (file === undefined || file === '') return
  for (const [name, value] of Object.entries(values)) {
    const text = String(value)
    const size = Buffer.byteLength(text)
    if (size > largestValue) throw new RangeError(`${name} has ${size} bytes; GitHub takes ${largestValue}`)
    const delimiter = `ghadelimiter_${randomUUID()}`
    appendFileSync(file, `${name}<<${delimiter}\n${text}\n${delimiter}\n`)
  }
}
