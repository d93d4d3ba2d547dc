import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { loadavg, availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { recordEvidence } from '../support/evidence.ts'
import { containersOn, kernelImage } from '../support/kernel-image.ts'
import { markedProcesses } from '../support/marked-processes.ts'
import { runLkft } from '../support/run-lkft.ts'
import { sharedSource } from '../support/shared-kernel.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

let folder: string
let real: string
let slow: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-kill-'))
  real = await sharedSource()
  // 600 MB that do not compress: packing takes seconds.
  const big = 'vmlinux: big\nbig:\n\t@mkdir -p $(O); head -c 600000000 /dev/urandom > $(O)/big\n'
  const more = 'debug: ;\nall:\n\t@mv $(O)/big $(O)/vmlinux\n'
  slow = await makeTinyTree(join(folder, 'slow-tree'), { 'extra.mk': `${big}${more}` })
})
let done = 0
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  if (done < kills.length) return
  await recordEvidence({
    claim: 'kill-build',
    command: 'npx vitest run --project integration test/build/kill-build.test.ts',
    kernel: 'linux-source-6.1',
    figure: `${done} kills over start, configure, compile and pack, on null and podman; no process, no container left`,
  })
})

/** Each kill: the runtime, what stderr says when the phase has begun, and how long after that at most. */
const phases = [
  { phase: 'start', runtime: 'null', tree: 'real', seen: /^/, withinMs: 400, times: 4 },
  { phase: 'configure', runtime: 'null', tree: 'real', seen: /== config/, withinMs: 3000, times: 5 },
  {
    phase: 'compile',
    runtime: 'null',
    tree: 'real',
    seen: /CC {6}kernel|CC {6}init|CC {6}arch/,
    withinMs: 3000,
    times: 4,
  },
  { phase: 'pack', runtime: 'null', tree: 'slow', seen: /== debugkernel/, withinMs: 300, times: 2 },
  { phase: 'start', runtime: 'podman', tree: 'real', seen: /\+ podman run/, withinMs: 1000, times: 2 },
  { phase: 'configure', runtime: 'podman', tree: 'real', seen: /== config/, withinMs: 3000, times: 2 },
  { phase: 'pack', runtime: 'podman', tree: 'slow', seen: /== debugkernel/, withinMs: 300, times: 1 },
] as const

const kills = phases.flatMap((phase) => Array.from({ length: phase.times }, (_, index) => ({ ...phase, index })))

test('twenty builds are killed', () => {
  expect(kills).toHaveLength(20)
})

test.each(kills)(
  'SIGTERM during $phase on $runtime ($index) leaves no process and a valid directory marked cancelled',
  async ({ phase, runtime, tree, seen, withinMs, index }) => {
    const mark = randomUUID()
    const output = join(folder, `${phase}-${runtime}-${index}`)
    const { image, env } = runtime === 'podman' ? await kernelImage() : { image: '', env: {} }
    const words = [
      'build',
      '--source',
      tree === 'real' ? real : slow,
      '--target-arch',
      'x86_64',
      '--kconfig',
      'tinyconfig',
    ]
    words.push(
      '-v',
      '-e',
      `LKFT_MARK=${mark}`,
      '-o',
      output,
      '--runtime',
      runtime === 'podman' ? 'podman-local' : 'null',
    )
    if (image !== '') words.push('--image', image)
    // Kept from kill to kill, so that compiling is reached at once.
    if (phase === 'compile') words.push('--build-dir', join(folder, 'objects'))
    let killed = 0
    const over = new AbortController()
    const { code } = await runLkft(words, {
      env,
      started: (pid, told) => {
        void (async () => {
          while (!over.signal.aborted && !seen.test(told())) await sleep(10)
          await sleep(Math.random() * withinMs)
          killed = performance.now()
          if (!over.signal.aborted) process.kill(pid, 'SIGTERM')
        })()
      },
    })
    over.abort()
    const slowness = Math.max(1, (loadavg()[0] ?? 1) / availableParallelism())
    let left = await markedProcesses(mark)
    while (left.length > 0 && performance.now() - killed < 1000 * slowness) {
      await sleep(20)
      left = await markedProcesses(mark)
    }
    expect(left).toEqual([])
    expect(runtime === 'podman' ? await containersOn(env, output) : []).toEqual([])
    if (phase === 'start' && code === null) {
      await expectUnfinishedOrNothing(output)
      done++
      return
    }
    expect(code).toBe(143)
    const record = await readStage('build', output, { allowUnfinished: true })
    expect(record).toMatchObject({ state: 'cancelled', verdict: 'cancelled', cause: { code: 'INTERRUPTED' } })
    await expect(readStage('build', output)).rejects.toThrow('was cancelled')
    done++
  },
)

/** Killed before it had begun, a build may not have written anything; what it has written is no whole build. */
async function expectUnfinishedOrNothing(output: string): Promise<void> {
  const text = await readFile(join(output, 'build.json'), 'utf8').catch(() => undefined)
  const state = text === undefined ? 'nothing' : (JSON.parse(text) as { state: string }).state
  expect(['nothing', 'running', 'cancelled']).toContain(state)
}
