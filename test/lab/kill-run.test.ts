import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { labBuild } from './lab-kernel.ts'
import { startLkft } from './run-lkft.ts'
import { setUpBoard } from './virtual-board/virtual-board.ts'

const kills = 20
/** Longer than a whole run on a quiet machine, so that every phase is hit. */
const longestMs = 7000

/** Processes whose command line or environment names the folder, besides this one. */
async function processesOf(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')
    if (command.includes(folder)) found.push(command.replaceAll('\0', ' '))
  }
  return found
}

test(`killed with SIGTERM ${kills} times at random, a run leaves the board off, no process and a valid directory`, async () => {
  const build = await labBuild()
  await using board = await setUpBoard()
  const file = await board.file()
  const before = (await processesOf(board.folder)).length
  const states = new Set<string>()
  for (let kill = 0; kill < kills; kill++) {
    const directory = join(board.folder, `run-${kill}`)
    const args = [
      'lab',
      'run',
      '--board',
      file,
      '--build',
      build,
      '-o',
      directory,
      '--suite',
      'boot',
      '--suite',
      'kunit',
    ]
    const { child, ended } = startLkft(args)
    await sleep(Math.round((longestMs / kills) * (kill + Math.random())))
    child.kill('SIGTERM')
    const { code } = await ended
    await sleep(1000)
    expect(await processesOf(board.folder)).toHaveLength(before)
    expect(board.relay.history.at(-1) ?? 'off').toBe('off')
    const made = (await readdir(board.folder)).includes(`run-${kill}`)
    if (!made) {
      // Killed before the board was touched, or before Node watched for signals.
      states.add('nothing')
      continue
    }
    const record = await readStage('run', directory, { allowUnfinished: true })
    states.add(record.state)
    // The signal may also come when the run is whole, before or while the process ends.
    const outcome = [code, record.state, record.verdict].join(' ')
    expect(['143 cancelled cancelled', '143 done pass', '0 done pass']).toContain(outcome)
  }
  expect(states).toContain('cancelled')
})

test('an impatient second Ctrl-C ends the run at once, and still leaves the board off', async () => {
  const build = await labBuild()
  await using board = await setUpBoard()
  const out = join(board.folder, 'run')
  const { child, ended } = startLkft(['lab', 'run', '--board', await board.file(), '--build', build, '-o', out])
  while (!board.relay.history.includes('on')) await sleep(20)
  child.kill('SIGINT')
  child.kill('SIGINT')
  await sleep(1)
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
  expect(board.relay.history.at(-1)).toBe('off')
  await sleep(500)
  expect((await processesOf(board.folder)).filter((line) => line.includes('qemu'))).toEqual([])
})
