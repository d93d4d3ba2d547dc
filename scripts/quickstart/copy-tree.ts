import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeAtomic } from '#files/write-atomic'
import type { StageContext } from '#log/reporter'
import { runCommand, runForOutput } from '#process/run-command'

/**
 * Gives a copy of a kernel tree that may be changed: hard links where both are
 * on one disk (edits replace files, so the original keeps its content), a real
 * copy otherwise. A copy of the same tree from an earlier run is used again.
 */
export async function copyTree(source: string, target: string, context: StageContext): Promise<string> {
  const stamp = `${target}.source`
  if (existsSync(target) && (await readFile(stamp, 'utf8').catch(() => '')) === source) return target
  context.reporter.section(`copy ${source}`)
  const partial = `${target}.partial`
  await rm(partial, { recursive: true, force: true })
  await rm(target, { recursive: true, force: true })
  await mkdir(dirname(target), { recursive: true })
  const linked = await runCommand({ argv: ['cp', '-al', source, partial] }, { signal: context.signal })
  if (linked.exitCode !== 0) {
    await rm(partial, { recursive: true, force: true })
    await runForOutput({ argv: ['cp', '-a', source, partial] }, { signal: context.signal })
  }
  await rename(partial, target)
  await writeAtomic(stamp, source)
  return target
}
