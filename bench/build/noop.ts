import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sharedSource } from '../../test/support/shared-kernel.ts'
import { type Bench, conditions, cost, lkft, measurePairs, ratio } from './measure.ts'

const run = promisify(execFile)
const config = ['64BIT', 'MODULES', 'EXPERT', 'DEBUG_KERNEL', 'DEBUG_INFO_DWARF5', 'NET', 'BLOCK', 'PCI', 'EXT4_FS']

/** A rebuild with nothing to do, over TuxMake's method on the same objects: one make for each target, and xz. */
export async function nothingToDo(bench: Bench): Promise<string> {
  const source = await sharedSource()
  const objects = join(bench.kept, 'noop')
  const symbols = config.flatMap((name) => ['-K', `CONFIG_${name}=y`])
  const words = ['-C', source, '-a', 'x86_64', '-k', 'tinyconfig', ...symbols, '-b', objects]
  const noop = [lkft, 'build', ...words, '-o', join(bench.kept, 'noop-out'), 'kernel', 'debugkernel', 'headers']
  // Built once, and kept for the next call.
  await run(noop[0] ?? '', noop.slice(1), { maxBuffer: 1 << 28 })
  const dry = await run(lkft, ['build', ...words, '-o', join(bench.folder, 'dry'), '--dry-run', 'default'])
  const all = dry.stdout.trim().split('\n').at(-1) ?? ''
  // Their own environment would compile all again.
  const environment = /^(.*?) make /.exec(all)?.[1] ?? ''
  const make = all.slice(environment.length).replace(/ all$/, '')
  const { folder } = bench
  const theirs = [
    `set -e; export ${environment}`,
    make,
    `${make} bzImage`,
    `xz -T0 --force --keep --stdout ${objects}/vmlinux > ${folder}/vmlinux.xz; cp ${objects}/System.map ${folder}`,
    `${make} INSTALL_HDR_PATH=${folder}/hdr headers_install; tar -cJf ${folder}/headers.tar.xz -C ${folder} hdr`,
  ].join('; ')
  const pairs = await measurePairs('noop', bench, {
    ours: () => cost(noop),
    theirs: () => cost(['sh', '-c', theirs]),
  })
  const megabytes = Math.round((await stat(join(objects, 'vmlinux'))).size / 1e6)
  return `vmlinux of ${megabytes} MB: clock ${ratio(pairs, 'wall')}; processor ${ratio(pairs, 'cpu')}; ${conditions(pairs.length)}`
}
