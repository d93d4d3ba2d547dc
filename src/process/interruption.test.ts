import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { liveMembers } from '#process/kill-group'

vi.setConfig({ testTimeout: 60_000 })

/** Starts a child in a group of its own, says its number, and takes `endMs` to end after a signal. */
const program = (endMs: number): string => `
import { spawn } from 'node:child_process'
import { endWithProcess } from '#process/end-with-process'
import { watchInterruption } from '#process/interruption'
const interruption = watchInterruption()
const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
child.once('exit', endWithProcess(child.pid))
console.log(child.pid)
interruption.signal.addEventListener('abort', () => setTimeout(() => process.exit(99), ${endMs}))
`

/** Runs it, sends the signals with the pauses between them; gives how it ended and what is left of the child's group. */
async function interrupt(endMs: number, pauses: readonly number[]): Promise<{ code: unknown; left: number }> {
  const root = join(import.meta.dirname, '../..')
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program(endMs)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const leader = Number(line.toString())
  const ended = once(parent, 'exit')
  for (const pause of pauses) {
    await sleep(pause)
    parent.kill('SIGINT')
  }
  const [code] = await ended
  for (let tries = 0; tries < 100 && (await liveMembers(leader)).length > 0; tries++) await sleep(20)
  return { code, left: (await liveMembers(leader)).length }
}

test('one key press that comes twice is one, and nothing is left of the child', async () => {
  expect(await interrupt(200, [0, 20])).toEqual({ code: 99, left: 0 })
})

test('a second key press ends the process at once, and its child with it', async () => {
  expect(await interrupt(120_000, [0, 1200])).toEqual({ code: 130, left: 0 })
})
