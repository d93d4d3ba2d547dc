import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareArtifacts } from '#build/compare-artifacts'
import { readStage } from '#files/stage-directory'
import { runLkft } from '../support/run-lkft.ts'
import { sharedSource } from '../support/shared-kernel.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-reproducible-'))
  await chmod(folder, 0o755)
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

// User-mode Linux is the smallest kernel there is: with DWARF and a module, about 200 objects.
const config = ['64BIT=y', 'MODULES=y', 'BINFMT_SCRIPT=m', 'EXPERT=y', 'DEBUG_KERNEL=y', 'DEBUG_INFO_DWARF5=y']

test('reproduce.sh gives equal bytes from another path, user, host, time zone and umask, with DWARF on', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'elsewhere/second')]
  const source = await sharedSource()
  const words = ['build', '--source', source, '--target-arch', 'um', '--kconfig', 'tinyconfig', '-o', first]
  for (const symbol of config) words.push('--kconfig-add', `CONFIG_${symbol}`)
  const { code, stdout } = await runLkft([...words, 'config', 'kernel', 'modules', 'debugkernel'])
  expect(stdout).not.toContain('dropped')
  expect(code).toBe(0)

  const copy = join(folder, 'another/tree')
  await mkdir(copy, { recursive: true })
  await run('cp', ['-al', '--no-target-directory', source, copy]).catch(async () =>
    run('cp', ['-a', `${source}/.`, copy]),
  )
  await mkdir(second, { recursive: true })
  await chmod(second, 0o777)
  const script = 'hostname elsewhere; umask 077; exec setpriv --reuid=65534 --regid=65534 --clear-groups sh "$0"'
  const unshare = ['unshare', '--uts', 'sh', '-c', script, join(first, 'reproduce.sh')]
  const [program = '', ...args] = process.getuid?.() === 0 ? unshare : ['sudo', '-n', '--preserve-env', ...unshare]
  await run(program, args, {
    env: { ...process.env, SOURCE: copy, OUTPUT: second, LKFT: join(root, 'bin/lkft'), TZ: 'Asia/Kolkata', USER: 'x' },
    maxBuffer: 1 << 28,
  })

  const [a, b] = [await readStage('build', first), await readStage('build', second)]
  expect(b.verdict).toBe('pass')
  expect(a.artifacts.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['linux', 'vmlinux.zst', 'modules.tar.zst']),
  )
  expect(await compareArtifacts({ directory: first, build: a }, { directory: second, build: b })).toEqual([])
  const { stdout: strings } = await run('sh', [
    '-c',
    'zstd -dqc "$1" | strings -a | grep -cF "$2" || true',
    'sh',
    join(first, 'vmlinux.zst'),
    folder,
  ])
  expect(strings.trim()).toBe('0')
})
