import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readRowTable } from '#report/read-results'
import { toBuildTable } from '#results/repository/build-table'
import { buildPack, type PackedBuild, selectTest } from '#results/repository/pack'
import { decodePack, encodePack } from '#results/repository/pack-file'
import { readBuildParquet, writeBuildParquet } from '#results/repository/parquet'
import { queryChanges, queryFlakiest, queryHistory } from '#results/repository/query-pack'

/* One piece of work in a process of its own, for main.ts: node work.ts WORK FOLDER BUILDS */
const [work = '', folder = '', builds = '0'] = process.argv.slice(2)
const packFile = join(folder, 'history.pack')

const works: Readonly<Record<string, () => Promise<unknown>>> = {
  ingest: async () => {
    const bytes = writeBuildParquet(toBuildTable((await readRowTable(join(folder, 'rows.ndjson'))).results))
    await writeFile(join(folder, 'ingested.parquet'), bytes)
    return `${bytes.length} bytes`
  },
  compare: async () => `${queryChanges(await buildPack([build(0), build(1)]), 0, 1).length} changes`,
  compact: async () => {
    const bytes = encodePack(await buildPack(Array.from({ length: Number(builds) }, (_, index) => build(index))))
    await writeFile(packFile, bytes)
    return bytes.length
  },
  history: async () => {
    const pack = decodePack(await readFile(packFile), packFile)
    const { suite = '', test = '' } = pack.tests[1234] ?? {}
    return `${queryHistory(selectTest(pack, suite, test), suite, test).length} environments`
  },
  changes: async () => {
    const pack = decodePack(await readFile(packFile), packFile)
    return `${queryChanges(pack, pack.rows.length - 2, pack.rows.length - 1).length} changes`
  },
  flakiest: async () => `${queryFlakiest(decodePack(await readFile(packFile), packFile)).length} tests`,
}

const cpu = process.cpuUsage()
const started = performance.now()
const said = await works[work]?.()
const { user, system } = process.cpuUsage(cpu)
process.stdout.write(
  JSON.stringify({
    cpu: Math.round((user + system) / 1000),
    wall: Math.round(performance.now() - started),
    peak: Math.round(process.resourceUsage().maxRSS / 1000),
    said: String(said),
  }),
)

function build(index: number): PackedBuild {
  const file = join(folder, `${index}.parquet`)
  return { id: String(index), read: async () => readBuildParquet(await readFile(file), file) }
}
