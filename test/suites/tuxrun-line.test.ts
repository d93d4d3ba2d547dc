import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runLkft } from '../support/run-lkft.ts'
import { sharedBuild } from '../support/shared-kernel.ts'

test('a tuxrun command line boots, its files are copied where it says, its hook runs, and its line comes back', async () => {
  const build = await sharedBuild('x86_64')
  const folder = await mkdtemp(join(tmpdir(), 'lkft-test-tuxrun-'))
  const line = `tuxrun --runtime null --device qemu-x86_64 --kernel ${build}/bzImage --timeouts boot=3 commands=2 --results ${folder}/out/results.json --log-file-html ${folder}/out/log.html --results-hook 'echo $LKFT_VERDICT >hooked' -- cat /proc/cmdline`
  const words = ['boot', '--from-tuxrun', line, '--accel', 'tcg', '-o', join(folder, 'run')]
  const { code, stderr } = await runLkft(words, {
    env: { LKFT_CACHE_DIR: join(import.meta.dirname, '../../.cache/lkft') },
  })
  expect([code, stderr]).toEqual([0, expect.any(String)])
  const results = JSON.parse(await readFile(join(folder, 'out/results.json'), 'utf8'))
  expect(results).toMatchObject({
    commands: { 'cat /proc/cmdline': { result: 'pass' } },
    lava: { job: { result: 'pass' } },
  })
  const page = await readFile(join(folder, 'out/log.html'), 'utf8')
  expect(page).toMatch(/<div id="L\d+"[^>]*><a href="#L\d+">\d+<\/a>.*Linux version 6\.1/)
  expect(await readFile(join(folder, 'run/hooked'), 'utf8')).toBe('pass\n')
  expect(await readFile(join(folder, 'run/reproduce.sh'), 'utf8')).toContain(
    `# With TuxRun: tuxrun --device qemu-x86_64 --kernel ${build}/bzImage -- 'cat /proc/cmdline'\n`,
  )
})

test('words without a translation are told', async () => {
  const { code, stderr } = await runLkft(['boot', '--from-tuxrun', 'tuxrun --lava-definition --device-dict x'])
  expect([code, stderr]).toEqual([2, expect.stringMatching(/--lava-definition \(.*--device-dict x \(.*BAD_ARGUMENT/)])
})
