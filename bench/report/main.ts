import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addResult, type ResultTable } from '#results/result-table'
import { readRows } from '#results/read-rows'
import { statusOf } from '#results/status-words'
import { type BuildTable, toBuildTable } from '#results/repository/build-table'
import { buildPack, type Pack } from '#results/repository/pack'
import { decodePack, encodePack } from '#results/repository/pack-file'
import { readBuildParquet, writeBuildParquet } from '#results/repository/parquet'
import { queryChanges, queryFlakiest, queryHistory } from '#results/repository/query-pack'
import { makeBuild, makeKeys } from './synthetic.ts'

/*
 * The figures of `lkft results` on 170,000 results a build, printed with CPU seconds
 * beside wall time, since a busy machine says nothing by the clock.
 *
 * node bench/report/main.ts [names] [environments] [builds] [seed]
 */
const [names = 7083, environments = 24, builds = 200, seed = 1] = process.argv.slice(2).map(Number)
const folder = await mkdtemp(join(tmpdir(), 'lkft-bench-report-'))
const keys = makeKeys(names, environments, seed)
process.stdout.write(`${keys.length} results a build, ${names} names, ${environments} environments, ${builds} builds\n`)
try {
  const files = [await writeRows(makeBuild(keys, 1), 'a.ndjson'), await writeRows(makeBuild(keys, 2), 'b.ndjson')]
  for (let round = 0; round < 3; round++) {
    await measure('ingest one build from NDJSON to Parquet', async () => {
      const bytes = writeBuildParquet(toBuildTable(await ingest(files[0] ?? '')))
      await writeFile(join(folder, 'a.parquet'), bytes)
    })
  }
  await writeFile(join(folder, 'b.parquet'), writeBuildParquet(toBuildTable(await ingest(files[1] ?? ''))))
  const { size } = await stat(join(folder, 'a.parquet'))
  process.stdout.write(`one Parquet file: ${size} bytes, ${(size / keys.length).toFixed(3)} a result\n`)
  await measurePacks()
} finally {
  await rm(folder, { recursive: true })
}

async function measurePacks(): Promise<void> {
  const tables: Uint8Array[] = []
  let bytes = 0
  for (let build = 0; build < builds; build++) {
    const table = writeBuildParquet(toBuildTable(makeBuild(keys, build)))
    tables.push(table)
    bytes += table.length
  }
  const read = async (index: number): Promise<BuildTable> => readBuildParquet(tables[index] ?? new Uint8Array(), 'x')
  await measure('read two builds from Parquet and compare', async () => {
    const pack = await buildPack([0, 1].map((index) => ({ id: String(index), read: () => read(index) })))
    return `${queryChanges(pack, 0, 1).length} changes`
  })
  let pack: Pack | undefined
  await measure(`compact ${builds} builds`, async () => {
    pack = await buildPack(tables.map((_, index) => ({ id: String(index), read: () => read(index) })))
  })
  if (pack === undefined) return
  const packed = encodePack(pack)
  const total = builds * keys.length
  process.stdout.write(`pack: ${packed.length} bytes, ${(packed.length / total).toFixed(4)} a result; `)
  process.stdout.write(`all files: ${((packed.length + bytes) / total).toFixed(3)} a result\n`)
  for (let round = 0; round < 3; round++) {
    let loaded = pack
    await measure('load the pack', () => Promise.resolve((loaded = decodePack(packed, 'x'))))
    const some = loaded.tests[1234]
    await measure('history of a test', () =>
      Promise.resolve(queryHistory(loaded, some?.suite ?? '', some?.test ?? '').length),
    )
    await measure('N against N-1', () => Promise.resolve(queryChanges(loaded, builds - 2, builds - 1).length))
    await measure('flakiest of the last 50', () => Promise.resolve(queryFlakiest(loaded).length))
  }
}

async function ingest(file: string): Promise<ResultTable> {
  const table: ResultTable = new Map()
  for await (const { environment, suite, test, status } of readRows(file)) {
    addResult(table, environment, suite, test, {
      kernel: 0,
      run: 0,
      status: statusOf(status ?? '') ?? 'skip',
      message: undefined,
    })
  }
  return table
}

async function writeRows(results: ResultTable, name: string): Promise<string> {
  const { suite, test, environment, status } = toBuildTable(results)
  const lines = suite.map((value, index) =>
    JSON.stringify({ env: environment[index], suite: value, test: test[index], status: status[index] }),
  )
  const file = join(folder, name)
  await writeFile(file, `${lines.join('\n')}\n`)
  return file
}

async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  const memory = Math.round(process.memoryUsage().rss / 1e6)
  const wall = (performance.now() - started).toFixed(0)
  process.stdout.write(
    `${what}: ${((user + system) / 1000).toFixed(0)} ms CPU, ${wall} ms wall, ${memory} MB resident\n`,
  )
}
