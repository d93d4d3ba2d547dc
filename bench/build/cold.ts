import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sharedSource } from '../../test/support/shared-kernel.ts'
import { makeTinyTree } from '../../test/support/tiny-tree.ts'
import { median } from '../boot/statistics.ts'
import { type Bench, conditions, cost, lkft, measurePairs, ratio } from './measure.ts'

const run = promisify(execFile)

/** A whole cold build over the bare make calls that it runs, with the same environment. */
export async function coldBuild(bench: Bench): Promise<string> {
  const source = await sharedSource()
  const [objects, hand] = [join(bench.folder, 'cold'), join(bench.folder, 'hand')]
  const words = ['-C', source, '-a', 'x86_64', '-k', 'tinyconfig', '-K', 'CONFIG_64BIT=y', '-o', `${objects}.out`]
  const { stdout } = await run(lkft, ['build', ...words, '-b', hand, '--dry-run', 'kernel'])
  const make = stdout.trim().split('\n')
  const steps = make.flatMap((line) =>
    line.endsWith(' olddefconfig') ? [`echo CONFIG_64BIT=y >> ${hand}/.config`, line] : [line],
  )
  const script = ['set -e', `mkdir ${hand}`, ...steps].join('; ')
  const pairs = await measurePairs('cold', bench, {
    prepare: async () => {
      for (const folder of [objects, hand, `${objects}.out`]) await rm(folder, { recursive: true, force: true })
    },
    ours: () => cost([lkft, 'build', ...words, '-b', objects, 'kernel']),
    theirs: () => cost(['sh', '-c', script]),
  })
  const own = await ownTime(bench)
  return `clock ${ratio(pairs, 'wall')}; processor ${ratio(pairs, 'cpu')}; ${own}; ${conditions(pairs.length)}`
}

/** What lkft takes beside make, on a tree whose make takes no time. */
async function ownTime(bench: Bench): Promise<string> {
  const folder = await mkdtemp(join(bench.folder, 'own-'))
  const tree = await makeTinyTree(join(folder, 'tree'))
  const hand = `set -e; rm -rf "$1"; m="make -s -C $0 O=$1 ARCH=x86_64"; $m tinyconfig; $m INSTALL_HDR_PATH="$1/h" all bzImage headers_install`
  const pairs = await measurePairs(
    'own',
    { ...bench, pairs: 5, add: false },
    {
      ours: () => cost([lkft, 'build', '-C', tree, '-a', 'x86_64', '-k', 'tinyconfig', '-o', join(folder, 'out')]),
      theirs: () => cost(['sh', '-c', hand, tree, join(folder, 'hand')]),
    },
  )
  const own = (kind: 'cpu' | 'wall'): string =>
    median(pairs.map(({ ours, theirs }) => ours[kind] - theirs[kind])).toFixed(2)
  return `lkft's own time ${own('wall')} s on the clock, ${own('cpu')} s of the processor`
}
