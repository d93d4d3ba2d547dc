import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runForOutput } from '#process/run-command'
import { eachRow, toBuildTable } from '#results/repository/build-table'
import { writeBuildParquet } from '#results/repository/parquet'
import { makeBuild, makeKeys } from './synthetic.ts'

/*
 * The figures of `lkft results` on 170,000 results a build. Each is measured in a
 * process of its own, the median of three; CPU seconds stand beside wall time, since
 * a busy machine says nothing by the clock.
 *
 * node bench/report/main.ts [names] [environments] [builds] [seed]
 */
const [names = 7083, environments = 24, builds = 200, seed = 1] = process.argv.slice(2).map(Number)
const folder = await mkdtemp(join(tmpdir(), 'lkft-bench-report-'))
const rounds = 3

interface Figure {
  readonly cpu: number
  readonly wall: number
  readonly peak: number
  readonly said: string
}

try {
  const keys = makeKeys(names, environments, seed)
  console.log(`${keys.length} results a build, ${names} names, ${environments} environments, ${builds} builds`)
  let bytes = 0
  for (let build = 0; build < builds; build++) {
    const table = toBuildTable(makeBuild(keys, build))
    const file = writeBuildParquet(table)
    bytes += file.length
    await writeFile(join(folder, `${build}.parquet`), file)
    if (build > 0) continue
    const lines = [...eachRow(table)].map(({ suite, test, environment: env, status }) =>
      JSON.stringify({ env, suite, test, status }),
    )
    await writeFile(join(folder, 'rows.ndjson'), `${lines.join('\n')}\n`)
  }
  const total = builds * keys.length
  console.log(`Parquet files: ${(bytes / total).toFixed(3)} B a result`)
  await measure('ingest one build, NDJSON to Parquet', 'ingest')
  await measure('read two builds from Parquet and compare', 'compare')
  const pack = await measure(`compact ${builds} builds`, 'compact', 1)
  console.log(
    `pack: ${(Number(pack) / total).toFixed(4)} B a result, all: ${((Number(pack) + bytes) / total).toFixed(3)}`,
  )
  for (const question of ['history', 'changes', 'flakiest']) await measure(`${question}, pack read included`, question)
} finally {
  await rm(folder, { recursive: true })
}

async function measure(what: string, work: string, most = rounds): Promise<string> {
  const figures: Figure[] = []
  for (let round = 0; round < most; round++) {
    const argv = [process.execPath, join(import.meta.dirname, 'work.ts'), work, folder, String(builds)] as const
    figures.push(JSON.parse(await runForOutput({ argv })) as Figure)
  }
  const { cpu, wall, peak, said } = figures.toSorted((a, b) => a.cpu - b.cpu)[Math.floor(most / 2)] as Figure
  console.log(`${what}: ${cpu} ms CPU, ${wall} ms wall, ${peak} MB at most; ${said}`)
  return said
}
