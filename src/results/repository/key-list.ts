import { compareText } from '#results/repository/build-table'
import type { Pack, PackedTest } from '#results/repository/pack'

/** Numbers keys as they come, and sorts them in the end. A key is a test in an environment. */
export interface KeyCollector {
  readonly testOf: (suite: string, test: string) => number
  readonly environmentOf: (name: string) => number
  readonly keyOf: (test: number, environment: number) => number
  /** How many keys came so far. */
  readonly count: () => number
  /** The keys sorted by suite, test and environment, and for each number given out its place among them. */
  readonly sort: () => Pick<Pack, 'environments' | 'tests' | 'keyCount'> & { readonly places: Uint32Array }
}

/** Starts without a key. */
export function collectKeys(): KeyCollector {
  const tests: { readonly suite: string; readonly test: string; keys: Int32Array }[] = []
  const suites = new Map<string, Map<string, number>>()
  const environments = new Map<string, number>()
  let count = 0
  return {
    count: () => count,
    testOf: (suite, test) => {
      let names = suites.get(suite)
      if (names === undefined) suites.set(suite, (names = new Map()))
      let number = names.get(test)
      if (number === undefined) {
        number = tests.push({ suite, test, keys: new Int32Array(environments.size + 8).fill(-1) }) - 1
        names.set(test, number)
      }
      return number
    },
    environmentOf: (name) => {
      const known = environments.get(name)
      if (known !== undefined) return known
      environments.set(name, environments.size)
      return environments.size - 1
    },
    keyOf: (test, environment) => {
      const entry = tests[test]
      if (entry === undefined) return -1
      if (environment >= entry.keys.length) {
        const wider = new Int32Array(environment + 16).fill(-1)
        wider.set(entry.keys)
        entry.keys = wider
      }
      const known = entry.keys[environment] ?? -1
      if (known !== -1) return known
      entry.keys[environment] = count
      return count++
    },
    sort: () => {
      const names = [...environments.keys()].sort(compareText)
      const numbers = names.map((name) => environments.get(name) ?? 0)
      const places = new Uint32Array(count)
      const packed: PackedTest[] = []
      let first = 0
      tests.sort((a, b) => compareText(a.suite, b.suite) || compareText(a.test, b.test))
      for (const { suite, test, keys } of tests) {
        const at: number[] = []
        for (const [place, number] of numbers.entries()) {
          const key = keys[number] ?? -1
          if (key === -1) continue
          places[key] = first + at.length
          at.push(place)
        }
        packed.push({ suite, test, first, environments: at })
        first += at.length
      }
      return { environments: names, tests: packed, keyCount: count, places }
    },
  }
}
