import { join } from 'node:path'
import { runCommand } from '#process/run-command'

/** Prints the median time of `lkft --help` and its ratio to an empty Node process, interleaved. */
const lkft = join(import.meta.dirname, '../bin/lkft')
const samples: Record<'help' | 'node', number[]> = { help: [], node: [] }

for (let round = 0; round < 11; round++) {
  samples.help.push((await runCommand({ argv: [lkft, '--help'] })).durationMs)
  samples.node.push((await runCommand({ argv: [process.execPath, '-e', ''] })).durationMs)
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const help = median(samples.help)
const node = median(samples.node)
console.log(`lkft --help ${help.toFixed(0)} ms, empty Node ${node.toFixed(0)} ms, ratio ${(help / node).toFixed(2)}`)
