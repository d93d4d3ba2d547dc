import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sharedBuild, sharedSource } from '../test/support/shared-kernel.ts'
import { makeTinyTree } from '../test/support/tiny-tree.ts'

// Ratios of lkft to the same work done by hand, medians of interleaved pairs; the
// A/A spread of each side is what the machine's noise alone makes.
//   node bench/build.ts [pairs]

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const lkft = join(root, 'bin/lkft')
const pairs = Number(process.argv[2] ?? 5)

async function seconds(file: string, words: readonly string[]): Promise<number> {
  const started = performance.now()
  await run(file, words, { maxBuffer: 1 << 28 })
  return (performance.now() - started) / 1000
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const spread = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`

async function compare(what: string, ours: () => Promise<number>, theirs: () => Promise<number>): Promise<void> {
  const [a, b]: [number[], number[]] = [[], []]
  for (let pair = 0; pair < pairs; pair++) {
    a.push(await ours())
    b.push(await theirs())
  }
  const ratio = (median(a) / median(b)).toFixed(2)
  console.log(
    `${what}: ratio ${ratio}, difference ${(median(a) - median(b)).toFixed(2)} s; lkft ${median(a).toFixed(2)} s (${spread(a)}), by hand ${median(b).toFixed(2)} s (${spread(b)})`,
  )
}

const folder = await mkdtemp(join(tmpdir(), 'lkft-bench-'))
try {
  const tree = await makeTinyTree(join(folder, 'tree'))
  const out = join(folder, 'out')
  const hand = `set -e; rm -rf "$1"; m="make -s -C $0 O=$1 ARCH=x86_64"; $m tinyconfig; $m INSTALL_HDR_PATH="$1/h" all bzImage headers_install`
  await compare(
    "lkft's own time (a tree whose make takes no time)",
    () => seconds(lkft, ['build', '-C', tree, '-a', 'x86_64', '-k', 'tinyconfig', '-o', out]),
    () => seconds('sh', ['-c', hand, tree, join(folder, 'hand')]),
  )

  const source = await sharedSource()
  const output = await sharedBuild('x86_64')
  const objects = `${output}.objects`
  const fragment = join(root, 'examples/kconfig/qemu-x86_64.config')
  const request = ['-C', source, '-a', 'x86_64', '-I', 'bzImage', '-k', 'tinyconfig', '-K', fragment, '-b', objects]
  const make = `make --silent --keep-going --jobs=2 -C ${source} O=${objects} ARCH=x86_64 SRCARCH=x86 CROSS_COMPILE=x86_64-linux-gnu-`
  // lkft's own environment decides the flags, so a bare make would compile everything again: it gets the same.
  const dry = await run(lkft, ['build', ...request, '-o', join(folder, 'dry'), '--dry-run', 'default'])
  const environment = /^(.*?) make /.exec(dry.stdout.split('\n')[0] ?? '')?.[1] ?? ''
  const tuxmake = `set -e; export ${environment}; ${make}; ${make} bzImage; xz -T0 --force --keep --stdout ${objects}/vmlinux > ${folder}/vmlinux.xz; ${make} INSTALL_HDR_PATH=${folder}/hdr headers_install; tar -cJf ${folder}/headers.tar.xz -C ${folder} hdr`
  const noop = (): Promise<number> =>
    seconds(lkft, ['build', ...request, '-o', join(folder, 'noop'), 'kernel', 'debugkernel', 'headers'])
  await noop()
  await compare("no-op rebuild against TuxMake's method (one make a target, xz)", noop, () =>
    seconds('sh', ['-c', tuxmake]),
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
