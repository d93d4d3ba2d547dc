import { deflateRawSync } from 'node:zlib'
import {
  type BlockTest,
  historyMagic,
  joinRuns,
  statusLetters,
  type HistoryHeader,
} from '#results/repository/history-blocks'
import { type Pack, type PackedTest, statusAt } from '#results/repository/pack'

/** Results of one block before it is deflated: some tens of kilobytes whatever the number of environments. */
const keysPerBlock = 2048

/** A pack turned round: the file that `openHistory` reads. */
export function encodeHistory(pack: Pack): Uint8Array {
  const blocks: { readonly header: HistoryHeader['blocks'][number]; readonly bytes: Uint8Array }[] = []
  for (const tests of splitTests(pack.tests)) {
    const [first] = tests
    if (first === undefined) continue
    const content = tests.map((test) => turnRound(pack, test))
    const bytes = deflateRawSync(JSON.stringify(content), { level: 9 })
    blocks.push({ header: [first.suite, first.test, bytes.length], bytes })
  }
  const names = deflateRawSync(JSON.stringify(pack.tests.map(({ test }) => test)), { level: 9 })
  const header: HistoryHeader = {
    version: 1,
    builds: pack.builds,
    environments: pack.environments,
    suites: countSuites(pack.tests),
    names: names.length,
    blocks: blocks.map((block) => block.header),
  }
  const text = deflateRawSync(JSON.stringify(header), { level: 9 })
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([Buffer.from(historyMagic), length, text, names, ...blocks.map(({ bytes }) => bytes)])
}

function* splitTests(tests: readonly PackedTest[]): Generator<readonly PackedTest[], void, void> {
  let start = 0
  for (const [index, { first, environments }] of tests.entries()) {
    if (first + environments.length - (tests[start]?.first ?? 0) < keysPerBlock) continue
    yield tests.slice(start, index + 1)
    start = index + 1
  }
  yield tests.slice(start)
}

function turnRound({ rows }: Pack, { suite, test, first, environments }: PackedTest): BlockTest {
  const histories = environments.flatMap((environment, index) => {
    let letters = ''
    for (const row of rows) letters += statusLetters[statusAt(row, first + index)] ?? '.'
    return [environment, joinRuns(letters)]
  })
  return [suite, test, ...histories]
}

function countSuites(tests: readonly PackedTest[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { suite } of tests) counts.set(suite, (counts.get(suite) ?? 0) + 1)
  return [...counts]
}
