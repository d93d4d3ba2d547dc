import { stat } from 'node:fs/promises'
import { LkftError } from '#errors/lkft-error'
import { nearestNames } from '#errors/nearest-names'
import type { StageContext } from '#log/reporter'
import { readSide, type Side } from '#report/read-side'
import { parseRepositoryAddress, readRepository } from '#report/read-repository'
import { readSquadServer } from '#report/squad/read-server'
import { parseSquadAddress } from '#report/squad/address'
import { readResultFile } from '#results/formats/read-file'
import { addMeasurement, type MetricTable } from '#results/metrics/metric-table'
import { readRows } from '#results/read-rows'
import { addResult, type ResultTable } from '#results/result-table'
import { statusOf, statusWords } from '#results/status-words'

/**
 * One side of a comparison from a folder of run and build directories, an NDJSON
 * file of plain results, a file of another tool, or a build on a SQUAD server
 * (`squad+https://host/group/project/build`), or one of a pulled results repository
 * (`results:DIRECTORY#PROJECT@WHICH`).
 *
 * @throws LkftError BAD_ARGUMENT, BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function readResults(path: string, context: StageContext): Promise<Side> {
  const server = parseSquadAddress(path)
  if (server !== undefined) {
    const results = await readSquadServer(server, context)
    return { runs: [], builds: new Map(), results, metrics: new Map(), unfinished: [] }
  }
  const repository = parseRepositoryAddress(path)
  if (repository !== undefined) {
    const results = await readRepository(repository)
    return { runs: [], builds: new Map(), results, metrics: new Map(), unfinished: [] }
  }
  const found = await stat(path).catch((error: unknown) => {
    throw new LkftError('BAD_ARGUMENT', `${path} cannot be read: ${(error as Error).message}`, { cause: error })
  })
  if (found.isDirectory()) return readSide([path], { option: 'compare', allowIncomplete: false }, context)
  const isRows = /\.(?:ndjson|jsonl)$/i.test(path)
  const read = isRows ? await readRowTable(path) : await readForeignTable(path)
  return { runs: [], builds: new Map(), ...read, unfinished: [] }
}

/** The table of a file of plain results. */
export async function readRowTable(file: string): Promise<Pick<Side, 'results' | 'metrics'>> {
  const results: ResultTable = new Map()
  const metrics: MetricTable = new Map()
  const kernels = new Map<string, number>()
  let line = 0
  for await (const rows of readRows(file)) {
    for (const { environment, suite, test, status, kernel = '', message, ...metric } of rows) {
      line += 1
      let number = kernels.get(kernel)
      if (number === undefined) kernels.set(kernel, (number = kernels.size))
      const known = statusOf(status ?? '')
      if (known === undefined) throw unknownStatus(file, line, status)
      const { measurement: value, unit } = metric
      if (value !== undefined) addMeasurement(metrics, { environment, suite, test, kernel: number, value, unit })
      addResult(results, environment, suite, test, { kernel: number, run: number, status: known, message })
    }
  }
  return { results, metrics }
}

/** A file of another tool names its environment or has only one, called `default` on both sides. */
async function readForeignTable(file: string): Promise<Pick<Side, 'results' | 'metrics'>> {
  const results: ResultTable = new Map()
  const metrics: MetricTable = new Map()
  let run = 0
  for await (const { environment = 'default', suite, test, status, message, ...metric } of readResultFile(file)) {
    const { measurement: value, unit } = metric
    if (value !== undefined) addMeasurement(metrics, { environment, suite, test, kernel: 0, value, unit })
    addResult(results, environment, suite, test, { kernel: 0, run, status, message })
    run += 1
  }
  return { results, metrics }
}

function unknownStatus(file: string, row: number, status: string | undefined): LkftError {
  const said = status === undefined ? 'no status' : `the status '${status}', which is none`
  const nearest = nearestNames(status ?? '', statusWords)
  return new LkftError('BAD_DOCUMENT', `${file}: result ${row} has ${said}`, {
    hint: nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : `Known: ${statusWords.join(', ')}`,
  })
}
