import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { recordEvidence } from '../support/evidence.ts'
import { sharedBuild } from '../support/shared-kernel.ts'
import { readRun, startBoot } from './boot-run.ts'

/** Processes whose command line names the folder, as QEMU's do by its output directory's kernel. */
function processesOf(word: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n')
  return all.filter((line) => line.includes(word) && !line.includes('ps -eo'))
}

test('SIGTERM at twenty random moments leaves no process and a directory marked cancelled', async () => {
  const build = await sharedBuild('x86_64')
  const folder = await mkdtemp(join(tmpdir(), 'lkft-test-kill-'))
  let cancelled = 0
  for (let round = 0; round < 20; round++) {
    const directory = join(folder, String(round))
    const mark = `lkft_mark=${folder.replaceAll(/\W/g, '')}r${round}`
    const args = ['--build', build, '--suite', 'kunit', '--command', 'sleep 60', '--boot-args', mark]
    const child = startBoot(directory, args)
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    await sleep(300 + Math.random() * 4000)
    child.kill('SIGTERM')
    const code = await ended
    await sleep(100)
    expect(processesOf(mark)).toEqual([])
    if (!existsSync(join(directory, 'run.json'))) continue
    expect(code).toBe(143)
    const { run } = await readRun(directory)
    expect(run).toMatchObject({ state: 'cancelled', verdict: 'cancelled' })
    cancelled++
  }
  expect(cancelled).toBeGreaterThan(10)
  await recordEvidence({
    claim: 'kill-boot',
    command: 'npx vitest run --project integration test/boot/interruption.test.ts',
    kernel: 'linux-source-6.1',
    figure: `20 kills, no process left; ${cancelled} run directories, all marked cancelled`,
  })
})
