import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readRowTable } from '#report/read-results'
import { toBuildTable } from '#results/repository/build-table'
import { buildPack, type PackedBuild } from '#results/repository/pack'
import { decodePack, decodeTest, encodePack } from '#results/repository/pack-file'
import { readBuildParquet, writeBuildParquet } from '#results/repository/parquet'
import { queryChanges, queryFlakiest, queryHistory } from '#results/repository/query-pack'

/* One piece of work in a process of its own, for main.ts: node work.ts WORK FOLDER BUILDS */
const [work = '', folder = '', builds = '0'] = process.argv.slice(2)
const packFile = join(folder, 'history.pack')
/** The test whose history is asked for. */
const askedFile = join(folder, 'asked.json')

const works: Readonly<Record<string, () => Promise<unknown>>> = {
  ingest: async () => {
    const bytes = writeBuildParquet(toBuildTable((await readRowTable(join(folder, 'rows.ndjson'))).results))
    await writeFile(join(folder, 'ingested.parquet'), bytes)
    return `${bytes.length} bytes`
  },
  compare: async () => `${queryChanges(await buildPack([build(0), build(1)]), 0, 1).length} changes`,
  compact: async () => {
    const pack = await buildPack(Array.from({ length: Number(builds) }, (_, index) => build(index)))
    const bytes = encodePack(pack)
    await writeFile(packFile, bytes)
    const { suite, test } = pack.tests[1234] ?? {}
    await writeFile(askedFile, JSON.stringify([suite, test]))
    return bytes.length
  },
  history: async () => {
    const [suite, test] = JSON.parse(await readFile(askedFile, 'utf8')) as [string, string]
    const pack = decodeTest(await readFile(packFile), packFile, suite, test)
    return `${queryHistory(pack, suite, test).length} environments`
  },
  changes: async () => {
    const pack = decodePack(await readFile(packFile), packFile, 2)
    return `${queryChanges(pack, 0, 1).length} changes`
  },
  flakiest: async () => `${queryFlakiest(decodePack(await readFile(packFile), packFile, 50)).length} tests`,
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
