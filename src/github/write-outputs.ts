import { setOutput } from '@actions/core'

/** GitHub refuses a job's output above this many bytes. */
const largestValue = 1024 * 1024

/**
 * Sets outputs of the step; nothing outside a runner.
 *
 * @throws RangeError for a value that GitHub would refuse
 */
export function writeOutputs(values: Readonly<Record<string, string | number | boolean>>): void {
  if ((process.env['GITHUB_OUTPUT'] ?? '') === '') return
  for (const [name, value] of Object.entries(values)) {
    const size = Buffer.byteLength(String(value))
    if (size > largestValue) throw new RangeError(`${name} has ${size} bytes; GitHub takes ${largestValue}`)
    setOutput(name, value)
  }
}
