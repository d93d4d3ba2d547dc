import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readStage } from '#files/stage-directory'
import type { Build } from '#schema/documents'
import { crossImage } from '../test/support/kernel-image.ts'
import { sharedSource } from '../test/support/shared-kernel.ts'

// A cold build over the bare make it runs, a warm ccache at another path over a cold one, and a reused
// build of a whole kernel tree under git. Medians of interleaved pairs; the spread is the machine's.
//   node bench/build-caches.ts [pairs] [folder of the tree, 'lib/' when absent]

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const lkft = join(root, 'bin/lkft')
const pairs = Number(process.argv[2] ?? 5)
const part = process.argv[3] ?? 'lib/'

interface Cost {
  readonly wall: number
  readonly cpu: number
}

/** Runs a command and gives its seconds on the clock and of all its processes. */
async function cost(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Cost> {
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" >/dev/null 2>"$0"; } 2>&1'
  const { stdout } = await run('bash', ['-c', script, join(folder, 'stderr'), ...words], {
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  })
  const [wall = 0, user = 0, system = 0] = stdout.trim().split(' ').map(Number)
  return { wall, cpu: user + system }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const show = (values: readonly number[]): string =>
  `${median(values).toFixed(2)} s (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`

function report(what: string, ours: readonly Cost[], theirs: readonly Cost[]): void {
  for (const kind of ['cpu', 'wall'] as const) {
    const [a, b] = [ours.map((each) => each[kind]), theirs.map((each) => each[kind])]
    console.log(`${what}, ${kind}: ratio ${(median(a) / median(b)).toFixed(3)}; ${show(a)} over ${show(b)}`)
  }
}

const folder = await mkdtemp(join(tmpdir(), 'lkft-bench-'))
try {
  const source = await sharedSource()
  await coldBuild(source)
  await warmCcache(source)
  await reusedBuild(source)
} finally {
  await rm(folder, { recursive: true, force: true })
}

function request(source: string, build: string, output: string): string[] {
  const words = [lkft, 'build', '-C', source, '-a', 'x86_64', '-k', 'tinyconfig', '-j', '2', '-b', build]
  return [...words, '-o', join(folder, output), `make:${part}`]
}

async function coldBuild(source: string): Promise<void> {
  const [objects, hand] = [join(folder, 'cold'), join(folder, 'hand')]
  const dry = await run(lkft, [...request(source, hand, 'dry').slice(1), '--dry-run'])
  const [first = ''] = dry.stdout.split('\n')
  const environment = /^(.*?) make /.exec(first)?.[1] ?? ''
  const make = `make --no-print-directory -C ${source} --keep-going --jobs=2 O=${hand} ARCH=x86_64 SRCARCH=x86 CROSS_COMPILE=x86_64-linux-gnu-`
  const script = `set -e; export ${environment}; mkdir -p ${hand}; ${make} tinyconfig; ${make} ${part}`
  const [ours, theirs]: [Cost[], Cost[]] = [[], []]
  for (let pair = 0; pair < pairs; pair++) {
    for (const place of [objects, hand]) await rm(place, { recursive: true, force: true })
    ours.push(await cost(request(source, objects, 'cold-out')))
    theirs.push(await cost(['sh', '-c', script]))
  }
  report(`cold build of ${part} over bare make`, ours, theirs)
}

async function warmCcache(source: string): Promise<void> {
  const [cold, warm]: [Cost[], Cost[]] = [[], []]
  let last: Build | undefined
  for (let pair = 0; pair < pairs; pair++) {
    const cache = ['--ccache', '--cache-dir', join(folder, `ccache-${pair}`)]
    const places = ['here', 'there'].map((name) => join(folder, `${name}-${pair}`))
    for (const [index, place] of places.entries()) {
      await mkdir(place)
      await run('cp', ['-al', source, join(place, 'linux')])
      const words = request(join(place, 'linux'), join(place, 'objects'), `ccache-out-${index}`)
      ;(index === 0 ? cold : warm).push(await cost([...words, ...cache]))
      last = await readStage('build', join(folder, `ccache-out-${index}`))
    }
    for (const place of places) await rm(place, { recursive: true, force: true })
  }
  report('warm ccache at another path over cold', warm, cold)
  const { hits = 0, misses = 0 } = last?.compiler_cache ?? {}
  console.log(
    `ccache at another path: ${hits} hits, ${misses} misses, ${((100 * hits) / (hits + misses)).toFixed(1)} %`,
  )
}

async function reusedBuild(source: string): Promise<void> {
  const tree = join(folder, 'git')
  await run('cp', ['-al', source, tree])
  const git = ['-C', tree, '-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'commit.gpgsign=false']
  await run('git', ['-C', tree, 'init', '--quiet'])
  await run('git', [...git, 'add', '--all', '--force'], { maxBuffer: 1 << 28 })
  await run('git', [...git, 'commit', '--quiet', '--message', 'x'], { maxBuffer: 1 << 28 })
  const { image, env } = await crossImage()
  const words = [
    ...request(tree, join(folder, 'reuse-objects'), 'reuse').slice(0, -1),
    '-r',
    'podman-local',
    '-i',
    image,
    '--reuse-dir',
    join(folder, 'store'),
    'config',
  ]
  await run(words[0] ?? '', words.slice(1), { env: { ...process.env, ...env }, maxBuffer: 1 << 28 })
  const hits: Cost[] = []
  for (let pair = 0; pair < pairs; pair++) hits.push(await cost(words, env))
  const { reused } = await readStage('build', join(folder, 'reuse'))
  console.log(
    `reused: ${reused === undefined ? 'no' : 'yes'}; ${show(hits.map(({ wall }) => wall))} on the clock, ${show(hits.map(({ cpu }) => cpu))} of the processor`,
  )
}
