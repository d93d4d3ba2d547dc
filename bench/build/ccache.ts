import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readStage } from '#files/stage-directory'
import { sharedSource } from '../../test/support/shared-kernel.ts'
import { type Bench, type Cost, conditions, cost, lkft, measurePairs, ratio } from './measure.ts'

const run = promisify(execFile)

/** A build with the compiler cache of another one, copied as to another runner, from other paths, over that one. */
export async function warmCcache(bench: Bench): Promise<string> {
  const source = await sharedSource()
  const place = (side: string): string => join(bench.folder, `ccache-${side}`)
  const build = async (side: string): Promise<Cost> => {
    await run('cp', ['-al', source, join(place(side), 'linux')])
    const words = ['-C', join(place(side), 'linux'), '-a', 'x86_64', '-k', 'tinyconfig', '-K', 'CONFIG_64BIT=y']
    const cache = ['--ccache', '--cache-dir', join(place(side), 'cache')]
    const folders = ['-b', join(place(side), 'objects'), '-o', join(place(side), 'out')]
    return cost([lkft, 'build', ...words, ...cache, ...folders, 'kernel', 'debugkernel'])
  }
  const pairs = await measurePairs('ccache', bench, {
    prepare: async () => {
      for (const side of ['cold', 'elsewhere/warm']) {
        await rm(place(side), { recursive: true, force: true })
        await mkdir(place(side), { recursive: true })
      }
    },
    theirsFirst: true,
    theirs: () => build('cold'),
    ours: async () => {
      await run('cp', ['-r', join(place('cold'), 'cache'), place('elsewhere/warm')])
      return build('elsewhere/warm')
    },
  })
  const { hits = 0, misses = 0 } = (await readStage('build', join(place('elsewhere/warm'), 'out'))).compiler_cache ?? {}
  const share = ((100 * hits) / (hits + misses)).toFixed(1)
  return `clock ${ratio(pairs, 'wall')}; processor ${ratio(pairs, 'cpu')}; ${hits} hits, ${misses} misses: ${share} %; ${conditions(pairs.length)}`
}
