/**
 * A history file: the statuses of many builds turned round, so that the history of
 * one test lies in one place and is read with two range requests. It holds the same
 * as a pack, by test instead of by build. This part reads it, in Node and in a browser.
 */
export interface HistoryHeader {
  readonly version: 1
  /** Oldest first. */
  readonly builds: readonly string[]
  readonly environments: readonly string[]
  /** Sorted by name, each with the number of its tests. */
  readonly suites: readonly (readonly [suite: string, tests: number])[]
  /** Bytes of the list of names, which follows the header. */
  readonly names: number
  /** In order: the first test of each block and the block's bytes; they follow the list of names. */
  readonly blocks: readonly (readonly [suite: string, test: string, bytes: number])[]
}

/** Some bytes of a file, `end` not included; fewer at the end of the file. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>

/** A test in a block: its name, then environment index and run-length text in turn. */
export type BlockTest = readonly [suite: string, test: string, ...histories: (number | string)[]]

export const historyMagic = 'LKFTHIST'

/** A letter for each of `storedStatuses`, in their order. */
export const statusLetters = '.PFMSX'

/** What is read at first: the header of any usual file is in it. */
export const firstRead = 32_768

/** A history file that is open: its header, and where what follows begins. */
export interface OpenHistory {
  readonly header: HistoryHeader
  readonly headerEnd: number
  readonly read: ReadRange
}

/**
 * Reads the header of a history file.
 *
 * @throws Error when it is none
 */
export async function openHistory(read: ReadRange): Promise<OpenHistory> {
  const start = await read(0, firstRead)
  if (latin1(start.subarray(0, 8)) !== historyMagic) throw new Error('no history file: it does not begin as one')
  if (start.length < 12) throw new Error('no history file: it is cut off')
  const headerEnd = 12 + new DataView(start.buffer, start.byteOffset).getUint32(8, true)
  const bytes = headerEnd <= start.length ? start.subarray(12, headerEnd) : await read(12, headerEnd)
  const header = JSON.parse(await inflate(bytes)) as HistoryHeader
  if (header.version !== 1) throw new Error('no history file of version 1')
  return { header, headerEnd, read }
}

/** The names of all tests, sorted by suite, then test. */
export async function readNames({
  header,
  headerEnd,
  read,
}: OpenHistory): Promise<readonly (readonly [suite: string, test: string])[]> {
  const tests = JSON.parse(await inflate(await read(headerEnd, headerEnd + header.names))) as string[]
  let next = 0
  return header.suites.flatMap(([suite, count]) => {
    const inSuite = tests.slice(next, (next += count))
    return inSuite.map((test) => [suite, test] as const)
  })
}

/** The statuses of a test by environment, a letter of `statusLetters` a build; undefined when no build ran it. */
export async function readTestHistory(
  history: OpenHistory,
  suite: string,
  test: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const { header, headerEnd, read } = history
  const number = findBlock(header, suite, test)
  if (number < 0) return undefined
  const before = header.blocks.slice(0, number).reduce((sum, [, , bytes]) => sum + bytes, 0)
  const start = headerEnd + header.names + before
  const bytes = await read(start, start + (header.blocks[number]?.[2] ?? 0))
  const tests = JSON.parse(await inflate(bytes)) as BlockTest[]
  const found = tests.find((entry) => entry[0] === suite && entry[1] === test)
  if (found === undefined) return undefined
  const [, , ...pairs] = found
  const statuses = new Map<string, string>()
  for (let index = 0; index < pairs.length; index += 2) {
    const environment = header.environments[Number(pairs[index])] ?? ''
    statuses.set(environment, expandRuns(String(pairs[index + 1])))
  }
  return statuses
}

/** The last block whose first test is not after the one looked for; -1 when there is none. */
function findBlock({ blocks }: HistoryHeader, suite: string, test: string): number {
  let low = 0
  let high = blocks.length
  while (low < high) {
    const middle = (low + high) >> 1
    const [firstSuite = '', firstTest = ''] = blocks[middle] ?? []
    const isAfter = firstSuite > suite || (firstSuite === suite && firstTest > test)
    if (isAfter) high = middle
    else low = middle + 1
  }
  return low - 1
}

/** `PPPFF` as `P3F2`; a single one has no number. */
export function joinRuns(letters: string): string {
  return letters.replaceAll(/(.)\1+/g, (run, letter: string) => `${letter}${run.length}`)
}

/** Undoes `joinRuns`. */
export function expandRuns(runs: string): string {
  return runs.replaceAll(/([.A-Z])(\d+)/g, (_run, letter: string, count: string) => letter.repeat(Number(count)))
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

async function inflate(bytes: Uint8Array): Promise<string> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(stream).text()
}
