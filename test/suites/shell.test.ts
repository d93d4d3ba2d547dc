import { spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readRun } from '../boot/boot-run.ts'
import { runLkft } from '../support/run-lkft.ts'
import { sharedBuild } from '../support/shared-kernel.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('--shell hands the console over after the suites, until exit', async () => {
  const build = await sharedBuild('x86_64')
  const directory = await mkdtemp(join(tmpdir(), 'lkft-test-boot-'))
  const words = ['boot', '--accel=tcg', `--output-dir=${directory}`, `--build=${build}`, '--command=true', '--shell']
  const child = spawn(join(root, 'bin/lkft'), words, {
    env: { ...process.env, LKFT_CACHE_DIR: join(root, '.cache/lkft') },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let shown = ''
  let asked = false
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
    if (asked || !shown.includes('\n# ')) return
    asked = true
    child.stdin.write('echo sum-$((40+2)); tty; exit\n')
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  expect(shown).toMatch(/sum-42\r?\n\/dev\/ttyS0/)
  expect(shown).not.toContain('Linux version')
  expect(code).toBe(0)
  const { results } = await readRun(directory)
  expect(results).toMatchObject([
    { suite: 'commands', status: 'pass' },
    { suite: 'shell', test: 'session', status: 'pass' },
  ])
})

test.each([
  [['--device=ssh-device', '--ssh-host=localhost'], 'Log in by ssh'],
  [['--device=fvp-aemva'], 'own terminals'],
  [['--device=qemu-x86_64', '--kernel=none', '--json'], 'both want stdout'],
])('--shell %j is refused with what to do', async (words, why) => {
  const { code, stderr } = await runLkft(['boot', '--shell', ...words])
  expect(stderr).toContain(why)
  expect(code).toBe(2)
})
