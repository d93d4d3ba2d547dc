import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { median, spread } from '../boot/statistics.ts'

const run = promisify(execFile)

/** Folder of the clone, and its command. */
export const root = join(import.meta.dirname, '../..')
export const lkft = join(root, 'bin/lkft')

/** Seconds of one command and all its processes. */
export interface Cost {
  readonly wall: number
  readonly cpu: number
}

/** What lkft and the same work by hand cost, one after the other. */
export interface Pair {
  readonly ours: Cost
  readonly theirs: Cost
}

/** Where a benchmark works, and which pairs were measured before. */
export interface Bench {
  /** Folder that goes when the benchmark ends. */
  readonly folder: string
  /** Folder that stays under .cache. */
  readonly kept: string
  readonly pairs: number
  /** Pairs of earlier calls count too. */
  readonly add: boolean
}

/** Runs a command and gives its seconds on the clock and of the processor. */
export async function cost(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Cost> {
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" >/dev/null 2>&3; } 3>/dev/null 2>&1'
  const { stdout } = await run('bash', ['-c', script, 'bash', ...words], {
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  })
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stdout.trim().split(' ').map(Number)
  return { wall, cpu: user + system }
}

/** Measures pairs, one side after the other, each after `prepare`; with `--add` behind those of earlier calls. */
export async function measurePairs(
  name: string,
  bench: Bench,
  sides: {
    readonly prepare?: (pair: number) => Promise<void>
    readonly ours: (pair: number) => Promise<Cost>
    readonly theirs: (pair: number) => Promise<Cost>
    /** The work by hand comes first; otherwise lkft does. */
    readonly theirsFirst?: boolean
  },
): Promise<readonly Pair[]> {
  const file = join(bench.kept, `${name}.json`)
  const known = bench.add ? await readFile(file, 'utf8').catch(() => '[]') : '[]'
  const all = JSON.parse(known) as Pair[]
  for (let pair = 0; pair < bench.pairs; pair++) {
    await sides.prepare?.(pair)
    const early = sides.theirsFirst === true ? await sides.theirs(pair) : undefined
    const ours = await sides.ours(pair)
    const theirs = early ?? (await sides.theirs(pair))
    all.push({ ours, theirs })
    console.log(`${name} ${all.length}: ${show([ours.wall])} over ${show([theirs.wall])} on the clock`)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, JSON.stringify(all))
  }
  return all
}

/** Median and spread of some seconds. */
export function show(seconds: readonly number[]): string {
  return seconds.length === 1
    ? `${median(seconds).toFixed(2)} s`
    : `${median(seconds).toFixed(2)} s (${spread(seconds)})`
}

/** The ratio of the medians of one kind, with what each side took. */
export function ratio(pairs: readonly Pair[], kind: keyof Cost): string {
  const [ours, theirs] = [pairs.map((pair) => pair.ours[kind]), pairs.map((pair) => pair.theirs[kind])]
  return `${(median(ours) / median(theirs)).toFixed(3)}: ${show(ours)} over ${show(theirs)}`
}

/** What is said at the end of every figure. */
export function conditions(count: number): string {
  return `medians of ${count}, on two cores at load ${Math.round(loadavg()[0] ?? 0)}`
}
