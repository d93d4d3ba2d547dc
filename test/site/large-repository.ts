import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BuildTable, startColumn } from '#results/repository/build-table'
import { formatIndex, type IndexedBuild } from '#results/repository/layout'
import type { Pack, PackedTest } from '#results/repository/pack'
import { encodePack } from '#results/repository/pack-file'
import { writeBuildParquet } from '#results/repository/parquet'
import { makeKeys, seeded } from '../../bench/report/synthetic.ts'

const codes = { pass: 1, fail: 2, skip: 4 } as const

/**
 * A pulled results repository of 200 builds with 170,000 results each, over seven
 * months, as `lkft results compact` leaves it: 0.5 % of the results differ from the
 * usual in each build. Every build has the Parquet file of the newest, since nobody
 * looks into the others.
 *
 * @returns a test of it, and how many results there are in all
 */
export async function makeLargeRepository(
  folder: string,
  now: Date,
): Promise<{ readonly suite: string; readonly test: string; readonly results: number }> {
  const keys = makeKeys(7083, 24, 1).sort((a, b) => order(a.suite, b.suite) || order(a.test, b.test))
  const environments = [...new Set(keys.map(({ environment }) => environment))].sort(order)
  keys.sort((a, b) => order(a.suite, b.suite) || order(a.test, b.test) || order(a.environment, b.environment))
  const tests: PackedTest[] = []
  for (let first = 0; first < keys.length; first += environments.length) {
    const { suite = '', test = '' } = keys[first] ?? {}
    tests.push({ suite, test, first, environments: environments.map((_name, index) => index) })
  }
  const usual = Uint8Array.from(keys, ({ steady }) => codes[steady])
  const builds = Array.from({ length: 200 }, (_, number) => describeBuild(number, now))
  const months = [...new Set(builds.map(({ created }) => created.slice(0, 7)))]
  const packs = []
  await mkdir(join(folder, 'next/history'), { recursive: true })
  for (const month of months) {
    const own = builds.filter(({ created }) => created.startsWith(month))
    const rows = own.map(({ id }) => rowOf(usual, Number(id.slice(1))))
    const pack: Pack = { builds: own.map(({ id }) => id), environments, tests, keyCount: keys.length, rows }
    const file = `next/history/${month}.pack`
    await writeFile(join(folder, file), encodePack(pack))
    packs.push({ month, file, builds: pack.builds })
  }
  await writeFile(join(folder, 'next/index.json'), formatIndex({ version: 1, project: 'next', builds, packs }))
  const parquet = join(folder, 'next.parquet')
  await writeFile(parquet, writeBuildParquet(tableOf(keys, usual)))
  for (const { file } of builds) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await cp(parquet, join(folder, file))
  }
  const { suite = '', test = '' } = tests[4321] ?? {}
  return { suite, test, results: builds.length * keys.length }
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function describeBuild(number: number, now: Date): IndexedBuild {
  const created = new Date(now.getTime() - (199 - number) * 24 * 3_600_000).toISOString()
  return {
    id: `b${number}`,
    created,
    branch: 'master',
    commit: String(number).padStart(40, '0'),
    kernel: `6.13.0-rc1-next-${created.slice(0, 10).replaceAll('-', '')}`,
    counts: { pass: 147_386, fail: 4250, skip: 18_356, xfail: 0 },
    environments: ['board'],
    crashes: [],
    file: `next/${created.slice(0, 7)}/b${number}.parquet`,
  }
}

function rowOf(usual: Uint8Array, number: number): Uint8Array {
  const random = seeded(number * 7919 + 17)
  const row = new Uint8Array((usual.length + 1) >> 1)
  for (let key = 0; key < usual.length; key++) {
    const steady = usual[key] ?? 0
    const status = random() < 0.005 ? (steady === 1 ? 2 : 1) : steady
    row[key >> 1] = (row[key >> 1] ?? 0) | (status << ((key & 1) << 2))
  }
  return row
}

function tableOf(keys: ReturnType<typeof makeKeys>, status: Uint8Array): BuildTable {
  const columns = {
    suite: startColumn(keys.length),
    test: startColumn(keys.length),
    environment: startColumn(keys.length),
  }
  for (const key of keys) for (const name of ['suite', 'test', 'environment'] as const) columns[name].add(key[name])
  const { suite, test, environment } = columns
  return { length: keys.length, suite: suite.end(), test: test.end(), environment: environment.end(), status }
}
