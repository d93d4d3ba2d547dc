import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  expandRuns,
  joinRuns,
  openHistory,
  readNames,
  readTestHistory,
  statusLetters,
} from '#results/repository/history-blocks'
import { encodeHistory } from '#results/repository/history-file'
import { buildPack, type Pack } from '#results/repository/pack'
import { queryHistory } from '#results/repository/query-pack'
import { storedStatuses, toBuildTable } from '#results/repository/build-table'
import { addResult, type ResultTable } from '#results/result-table'
import type { TestResult } from '#schema/documents'

type Row = readonly [suite: string, test: string, environment: string, status: TestResult['status']]

function packOf(builds: readonly (readonly Row[])[]): Promise<Pack> {
  const tables = builds.map((rows) => {
    const results: ResultTable = new Map()
    for (const [suite, name, environment, status] of rows) {
      addResult(results, environment, suite, name, { kernel: 0, run: 0, status, message: undefined })
    }
    return toBuildTable(results)
  })
  return buildPack(tables.map((table, number) => ({ id: `b${number}`, read: () => Promise.resolve(table) })))
}

const name = fc.oneof(fc.constantFrom('a', 'b', 'a/b', 'é', '"', '\u202e'), fc.string({ minLength: 1, maxLength: 4 }))
const status = fc.constantFrom('pass', 'fail', 'skip', 'xfail') satisfies fc.Arbitrary<TestResult['status']>
const builds = fc.array(fc.array(fc.tuple(name, name, name, status), { maxLength: 15 }), { minLength: 1, maxLength: 4 })

/** Reads as a host with range requests does, and notes what it sent. */
function host(bytes: Uint8Array): { read: (start: number, end: number) => Promise<Uint8Array>; sent: () => number } {
  let sent = 0
  return {
    read: (start, end) => {
      const part = bytes.subarray(start, end)
      sent += part.length
      return Promise.resolve(part)
    },
    sent: () => sent,
  }
}

describe('a history file', () => {
  test('gives the history of every test as its pack does', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(builds, async (list) => {
        const pack = await packOf(list)
        const history = await openHistory(host(encodeHistory(pack)).read)
        expect(await readNames(history)).toEqual(pack.tests.map((entry) => [entry.suite, entry.test]))
        for (const entry of pack.tests) {
          const found = await readTestHistory(history, entry.suite, entry.test)
          const expected = queryHistory(pack, entry.suite, entry.test).map(({ environment, statuses }) => [
            environment,
            statuses.map((one) => statusLetters[(storedStatuses as readonly string[]).indexOf(one)]).join(''),
          ])
          expect([...(found ?? [])]).toEqual(expected)
        }
        expect(await readTestHistory(history, 'no such suite', 'x')).toBeUndefined()
      }),
      { numRuns: 15 },
    )
  })

  test('is read in small parts however large it is', { timeout: 30_000 }, async () => {
    const rows = Array.from({ length: 3000 }, (_, index): Row => {
      const text = `case_${String(index).padStart(5, '0')}`
      return [
        `suite-${String(Math.floor(index / 500)).padStart(2, '0')}`,
        text,
        'board',
        index % 7 === 1 ? 'fail' : 'pass',
      ]
    })
    const bytes = encodeHistory(await packOf(Array.from({ length: 6 }, () => rows)))
    const { read, sent } = host(bytes)
    const history = await openHistory((start, end) => read(start, start === 0 ? 2048 : end))
    const found = await readTestHistory(history, 'suite-05', 'case_02995')
    expect(found).toEqual(new Map([['board', 'P'.repeat(6)]]))
    expect(history.header.blocks.length).toBeGreaterThan(1)
    expect(sent()).toBeLessThan(bytes.length / 2)
  })

  test('is refused when it is something else', async () => {
    await expect(openHistory(host(new TextEncoder().encode('<!doctype html>')).read)).rejects.toThrow('no history file')
    await expect(openHistory(host(new TextEncoder().encode('LKFTHIST')).read)).rejects.toThrow('cut off')
  })

  test('writes runs short and reads them back', () => {
    const letters = fc
      .array(fc.constantFrom(...statusLetters.split('')), { maxLength: 50 })
      .map((list) => list.join(''))
    fc.assert(
      fc.property(letters, (text) => {
        expect(expandRuns(joinRuns(text))).toBe(text)
      }),
    )
    expect(joinRuns('PPPF..')).toBe('P3F.2')
  })
})
