import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BuildTable, eachRow, toBuildTable } from '#results/repository/build-table'
import { buildPack, joinPacks, selectTest } from '#results/repository/pack'
import { decodePack, decodeTest, encodePack } from '#results/repository/pack-file'
import { readBuildParquet, writeBuildParquet } from '#results/repository/parquet'
import {
  queryChanges,
  queryFailingSuites,
  queryFirstBad,
  queryFlakiest,
  queryHistory,
} from '#results/repository/query-pack'
import { isUnsteady } from '#results/observation'
import { addResult, type ResultTable } from '#results/result-table'

type Row = readonly [environment: string, suite: string, test: string, status: 'pass' | 'fail' | 'skip' | 'xfail']

function tableOf(rows: readonly Row[]): BuildTable {
  const results: ResultTable = new Map()
  for (const [environment, suite, name, status] of rows) {
    addResult(results, environment, suite, name, { kernel: 0, run: 0, status, message: undefined })
  }
  return toBuildTable(results)
}

const packed = (tables: readonly BuildTable[]) =>
  buildPack(tables.map((table, index) => ({ id: `b${index}`, read: () => Promise.resolve(table) })))

/** One test in one environment, a letter a build; `.` is absent. */
async function packOf(history: string) {
  const status = { P: 'pass', F: 'fail', S: 'skip' } as const
  return packed(
    [...history.matchAll(/./g)].map(([letter]) =>
      tableOf(letter === '.' ? [] : [['qemu', 's', 't', status[letter as keyof typeof status]]]),
    ),
  )
}

const name = fc.constantFrom('a', 'b', 'c', 'é', 'a.b', 'z')
const row = fc.tuple(name, name, name, fc.constantFrom('pass', 'fail', 'skip', 'xfail')) as fc.Arbitrary<Row>
const tables = fc.array(fc.array(row, { maxLength: 12 }).map(tableOf), { minLength: 1, maxLength: 5 })

/** What a pack says of every build, as the rows it was made of. */
function unpack(pack: Awaited<ReturnType<typeof packed>>): string[][] {
  return pack.rows.map((_, build) =>
    pack.tests.flatMap((packedTest) =>
      queryHistory(pack, packedTest.suite, packedTest.test)
        .filter(({ statuses }) => statuses[build] !== 'absent')
        .map(({ environment, statuses }) => [packedTest.suite, packedTest.test, environment, statuses[build]].join()),
    ),
  )
}

const lines = (table: BuildTable): string[] =>
  [...eachRow(table)].map(({ suite, test: inSuite, environment, status }) =>
    [suite, inSuite, environment, status].join(),
  )

function refusalOf(read: () => unknown): string {
  try {
    read()
    return 'none'
  } catch (error) {
    return (error as Error).message
  }
}

describe('packs and Parquet files', () => {
  test('give back every result of every build', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (list) => {
        const pack = await packed(list)
        expect(unpack(decodePack(encodePack(pack), 'x'))).toEqual(list.map(lines))
        for (const table of list) expect(await readBuildParquet(writeBuildParquet(table), 'x')).toEqual(table)
      }),
      { numRuns: 15 },
    )
  })

  test('read in part say the same as the whole', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.integer({ min: 1, max: 6 }), name, name, async (list, most, suite, inSuite) => {
        const bytes = encodePack(await packed(list))
        const whole = decodePack(bytes, 'x')
        const newest = decodePack(bytes, 'x', most)
        expect(newest.builds).toEqual(whole.builds.slice(-most))
        expect(unpack(newest)).toEqual(unpack(whole).slice(-most))
        const one = decodeTest(bytes, 'x', suite, inSuite, most)
        expect(one.builds).toEqual(newest.builds)
        expect(queryHistory(one, suite, inSuite)).toEqual(queryHistory(newest, suite, inSuite))
      }),
      { numRuns: 25 },
    )
  })

  test('of the first layout are read as before', async () => {
    const bytes = await readFile(new URL('./golden/1.pack', import.meta.url))
    const rows = [
      ['kunit,list.add,qemu-arm64,pass', 'kunit,list.add,qemu-x86_64,pass', 'ltp,é$(x),qemu-x86_64,skip'],
      ['kunit,list.add,qemu-arm64,fail', 'kunit,list.add,qemu-x86_64,pass', 'kunit,list.new,qemu-x86_64,xfail'],
      ['kunit,list.add,qemu-arm64,mixed', 'kunit,list.add,qemu-x86_64,fail', 'ltp,é$(x),qemu-x86_64,pass'],
    ]
    expect(unpack(decodePack(bytes, '1.pack'))).toEqual(rows)
    expect(unpack(decodePack(bytes, '1.pack', 2))).toEqual(rows.slice(1))
    expect(queryHistory(decodeTest(bytes, '1.pack', 'kunit', 'list.new'), 'kunit', 'list.new')).toEqual([
      { environment: 'qemu-x86_64', statuses: ['absent', 'xfail', 'absent'] },
    ])
  })

  test('cut off or changed anywhere are refused or read, and never hang', { timeout: 30_000 }, async () => {
    const bytes = encodePack(await packOf('PFPFS'))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const broken = isCut ? bytes.slice(0, at) : bytes.map((byte, index) => (index === at ? value : byte))
        expect(refusalOf(() => decodePack(broken, 'x'))).toMatch(/^(none|x: no pack of results: .*)/)
      }),
    )
  })

  test('joined packs say the same as one pack of all builds', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tables, tables, async (first, second) => {
        const joined = joinPacks([await packed(first), await packed(second)])
        expect(unpack(joined)).toEqual([...first, ...second].map(lines))
      }),
      { numRuns: 40 },
    )
  })

  test('are refused with their name when they are something else', async () => {
    expect(() => decodePack(Buffer.from('nothing of the kind'), 'h.pack')).toThrow('h.pack: no pack of results')
    await expect(readBuildParquet(Buffer.from('PAR1 no'), 'b.parquet')).rejects.toThrow('b.parquet: no Parquet file')
  })
})

describe('questions', () => {
  test('since when a test fails, passing over builds that skipped or lack it', async () => {
    expect(queryFirstBad(await packOf('PF.FSF'), 's', 't')).toEqual([
      { environment: 'qemu', lastGood: 'b0', firstBad: 'b1' },
    ])
    expect(queryFirstBad(await packOf('FP'), 's', 't')).toEqual([])
    expect(queryFirstBad(await packOf('.FF'), 's', 't')).toEqual([
      { environment: 'qemu', lastGood: null, firstBad: 'b1' },
    ])
  })

  test('which tests are flaky: going back and forth, not broken once', async () => {
    expect(queryFlakiest(await packOf('PPFFF'))).toEqual([])
    expect(queryFlakiest(await packOf('PFPFP'))).toMatchObject([{ runs: 5, fails: 2, flips: 4 }])
  })

  test('which tests are flaky, as the history of each says', { timeout: 30_000 }, async () => {
    const letter = fc.constantFrom('P', 'F', 'S', '.')
    await fc.assert(
      fc.asyncProperty(fc.array(letter, { minLength: 1, maxLength: 12 }), async (letters) => {
        const history = letters.join('')
        const found = queryFlakiest(await packOf(history)).length
        expect(found).toBe(Number(isUnsteady(history.replaceAll('.', ''))))
      }),
      { numRuns: 60 },
    )
  })

  test('one test alone, picked before months are joined', async () => {
    const pack = joinPacks([
      selectTest(await packOf('PF'), 's', 't'),
      selectTest(await packed([tableOf([])]), 's', 't'),
    ])
    expect(queryHistory(pack, 's', 't')).toEqual([{ environment: 'qemu', statuses: ['pass', 'fail', 'absent'] }])
    expect(queryHistory(selectTest(pack, 's', 'u'), 's', 'u')).toEqual([])
  })

  test('what changed between two builds, and where most fails', async () => {
    const pack = await packOf('PF')
    expect(queryChanges(pack, 0, 1)).toEqual([
      { environment: 'qemu', suite: 's', test: 't', before: 'pass', after: 'fail' },
    ])
    expect(queryFailingSuites(pack)).toEqual([{ suite: 's', fails: 1, results: 2 }])
  })
})
