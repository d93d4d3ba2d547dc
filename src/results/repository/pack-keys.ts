import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { PackedTest } from '#results/repository/pack'

const separator = '\u001f'

/** Tests of one piece of the list of keys, so that one test is found without the others. */
const testsPerBlock = 256

/** The first test of a block, the number of its first key, and the block's bytes. */
export type KeyBlock = readonly [suite: string, test: string, first: number, bytes: number]

/** The list of keys in blocks: a line a test, with the number of the set of environments that it runs on. */
export function encodeKeys(tests: readonly PackedTest[]): {
  readonly sets: readonly (readonly number[])[]
  readonly blocks: readonly KeyBlock[]
  readonly parts: readonly Uint8Array[]
} {
  const sets: (readonly number[])[] = []
  const known = new Map<string, number>()
  const blocks: KeyBlock[] = []
  const parts: Uint8Array[] = []
  for (let start = 0; start < tests.length; start += testsPerBlock) {
    const block = tests.slice(start, start + testsPerBlock)
    const lines = block.map(({ suite, test, environments }) => {
      const name = environments.join()
      const set = known.get(name) ?? sets.push(environments) - 1
      known.set(name, set)
      return `${suite}${separator}${test}${separator}${set}`
    })
    const bytes = deflateRawSync(lines.join('\n'), { level: 9 })
    const [{ suite, test, first } = { suite: '', test: '', first: 0 }] = block
    blocks.push([suite, test, first, bytes.length])
    parts.push(bytes)
  }
  return { sets, blocks, parts }
}

/** The tests of lines of keys, of which the first has the key `first`. */
export function readKeys(text: string, sets: readonly (readonly number[])[], first: number): PackedTest[] {
  let next = first
  return text.split('\n').map((line) => {
    const [suite = '', test = '', set = ''] = line.split(separator)
    const packed = { suite, test, first: next, environments: sets[Number(set)] ?? [] }
    next += packed.environments.length
    return packed
  })
}

export function inflateText(bytes: Uint8Array): string {
  return inflateRawSync(bytes, { maxOutputLength: 1 << 28 }).toString('utf8')
}
