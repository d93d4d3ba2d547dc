import { toBuildTable } from '#results/repository/build-table'
import type { ResultsStore } from '#results/repository/results-store'
import { storeBuild } from '#results/repository/store'
import { addResult, type ResultTable } from '#results/result-table'

/** Adds a build of one test, named after its writer; even numbers pass. Gives the attempts it took. */
export function pushOne(store: ResultsStore, writer: string, number: number, month = '2026-11'): Promise<number> {
  const results: ResultTable = new Map()
  const status = number % 2 === 0 ? 'pass' : 'fail'
  addResult(results, 'qemu-arm64', 'kunit', writer, { kernel: 0, run: 0, status, message: undefined })
  const second = String(number).padStart(2, '0')
  const build = {
    project: 'next',
    id: `${writer}-${number}`,
    created: `${month}-23T10:00:${second}.${writer === 'one' ? 100 : 200}Z`,
    branch: 'master',
    commit: null,
    kernel: `6.13.0-rc${number}`,
    counts: { pass: 1 - (number % 2), fail: number % 2, skip: 0, xfail: 0 },
    environments: ['qemu-arm64'],
    crashes: [],
    table: toBuildTable(results),
  }
  return store.commit(`Add ${build.id}`, storeBuild(build))
}

/** Two writers at once with so many builds each; gives all attempts. */
export async function pushSideBySide(stores: readonly [ResultsStore, ResultsStore], each: number): Promise<number> {
  const write = async (store: ResultsStore, writer: string): Promise<number> => {
    let attempts = 0
    for (let number = 0; number < each; number++) attempts += await pushOne(store, writer, number)
    return attempts
  }
  const [one, two] = await Promise.all([write(stores[0], 'one'), write(stores[1], 'two')])
  return one + two
}
