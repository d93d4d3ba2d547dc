import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readStage } from '#files/stage-directory'
import { crossImage } from '../../test/support/kernel-image.ts'
import { sharedSource } from '../../test/support/shared-kernel.ts'
import { type Bench, conditions, cost, lkft, show } from './measure.ts'

const run = promisify(execFile)

/** A build that is already there, of a whole kernel tree under git in podman. */
export async function reusedBuild(bench: Bench): Promise<string> {
  const tree = join(bench.folder, 'git')
  await run('cp', ['-al', await sharedSource(), tree])
  const git = ['-C', tree, '-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'commit.gpgsign=false']
  await run('git', ['-C', tree, 'init', '--quiet'])
  await run('git', [...git, 'add', '--all', '--force'], { maxBuffer: 1 << 28 })
  await run('git', [...git, 'commit', '--quiet', '--message', 'x'], { maxBuffer: 1 << 28 })
  const { image, env } = await crossImage()
  const output = join(bench.folder, 'reuse')
  const words = ['build', '-C', tree, '-a', 'x86_64', '-k', 'tinyconfig', '-o', output, '-r', 'podman-local']
  const all = [...words, '-i', image, '--reuse-dir', join(bench.folder, 'store'), 'config', 'headers']
  await run(lkft, all, { env: { ...process.env, ...env }, maxBuffer: 1 << 28 })
  const clock: number[] = []
  const processor: number[] = []
  for (let hit = 0; hit < bench.pairs; hit++) {
    await rm(output, { recursive: true, force: true })
    const { wall, cpu } = await cost([lkft, ...all], env)
    clock.push(wall)
    processor.push(cpu)
    const { reused } = await readStage('build', output)
    if (reused === undefined) throw new Error('the build was not reused')
  }
  return `${show(clock)} on the clock, ${show(processor)} of the processor, of a tree of 78,000 files under git; ${conditions(clock.length)}`
}
