import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runForOutput } from '#process/run-command'
import { eachRow, toBuildTable } from '#results/repository/build-table'
import { writeBuildParquet } from '#results/repository/parquet'
import { recordEvidence } from '../../test/support/evidence.ts'
import { makeBuild, makeKeys } from './synthetic.ts'

/*
 * The figures of `lkft results` on 170,000 results a build. Each is measured in a
 * process of its own, the median of three; CPU seconds stand beside wall time, since
 * a busy machine says nothing by the clock.
 *
 * node bench/report/main.ts [names] [environments] [builds] [seed]
 *
 * With LKFT_EVIDENCE=1 the figures go to docs/evidence.md.
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
  const ingest = await measure('ingest one build, NDJSON to Parquet', 'ingest')
  const compare = await measure('read two builds from Parquet and compare', 'compare')
  const compact = await measure(`compact ${builds} builds`, 'compact', 1)
  const pack = Number(compact.said) / total
  const all = pack + bytes / total
  console.log(`pack: ${pack.toFixed(4)} B a result, all: ${all.toFixed(3)}`)
  const asked: string[] = []
  for (const question of ['history', 'changes', 'flakiest']) {
    asked.push(`${question} ${seconds(await measure(`${question}, pack read included`, question))}`)
  }
  const command = `node bench/report/main.ts ${names} ${environments} ${builds} ${seed}`
  await recordEvidence({
    claim: 'results-size',
    command,
    kernel: 'none',
    figure: `${(bytes / total).toFixed(3)} B a result in Parquet, ${pack.toFixed(3)} B in the packs, ${all.toFixed(3)} B in all files; after gc the packs alone`,
  })
  await recordEvidence({
    claim: 'results-speed',
    command,
    kernel: 'none',
    figure: `ingest ${seconds(ingest)}, ${ingest.peak} MB; read two builds and compare ${seconds(compare)}, ${compare.peak} MB; compact ${seconds(compact)}, ${compact.peak} MB; ${asked.join('; ')}`,
  })
} finally {
  await rm(folder, { recursive: true })
}

async function measure(what: string, work: string, most = rounds): Promise<Figure> {
  const figures: Figure[] = []
  for (let round = 0; round < most; round++) {
    const argv = [process.execPath, join(import.meta.dirname, 'work.ts'), work, folder, String(builds)] as const
    figures.push(JSON.parse(await runForOutput({ argv })) as Figure)
  }
  const median = figures.toSorted((a, b) => a.cpu - b.cpu)[Math.floor(most / 2)] as Figure
  const { cpu, wall, peak, said } = median
  console.log(`${what}: ${cpu} ms CPU, ${wall} ms wall, ${peak} MB at most; ${said}`)
  return median
}

/** Both clocks: other work on the machine shows in the second alone. */
function seconds({ cpu, wall }: Figure): string {
  return `${(cpu / 1000).toFixed(2)} s of CPU in ${(wall / 1000).toFixed(2)} s`
}
