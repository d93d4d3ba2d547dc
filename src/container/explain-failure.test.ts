import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { countKills, explainFailure } from '#container/explain-failure'
import { findImage } from '#container/find-image'
import { silentReporter } from '#log/reporter'

// Stand-ins for podman and docker that answer as the real ones were seen to; test/build/container.test.ts has real ones.
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-engine-'))
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

async function standIn(cases: string): Promise<void> {
  await writeFile(join(folder, 'podman'), `#!/bin/sh\ncase "$*" in\n${cases}\nesac\n`)
  await chmod(join(folder, 'podman'), 0o755)
}

const spec = { engine: 'podman', name: 'lkft-1' } as const
const make = { exitCode: 2, stderr: 'make: *** [Makefile:9: vmlinux] Error 1' }
const running = "inspect*) echo 'running false' ;;"

test.each([
  ['the engine says so', "inspect*) echo 'running true' ;;\nexec*) exit 1 ;;"],
  ['version 2 counted it', `${running}\nexec*) printf 'low 0\\noom 3\\noom_kill 2\\noom_group_kill 0\\n'; exit 1 ;;`],
  ['version 1 counted it', `${running}\nexec*) printf 'oom_kill_disable 0\\nunder_oom 0\\noom_kill 1\\n'; exit 1 ;;`],
])('a compiler killed for memory is named as that: %s', async (_how, cases) => {
  await standIn(cases)
  expect(await explainFailure(spec, make)).toBe('was killed: the container ran out of memory')
})

test('a command that failed by itself is to blame itself, whatever it printed', async () => {
  await standIn(`${running}\nexec*) printf 'oom 1\\noom_kill 0\\n' ;;`)
  expect(await explainFailure(spec, make)).toBeUndefined()
  expect(await explainFailure(spec, { exitCode: 127, stderr: 'script.sh: 3: gawk: not found' })).toBeUndefined()
  expect(await explainFailure(spec, { exitCode: 1, stderr: 'OCI runtime error' })).toBeUndefined()
})

test.each([
  [
    127,
    'Error: runc: exec failed: unable to start container process: exec: "make": executable file not found in $PATH',
  ],
  [126, 'OCI runtime exec failed: exec failed: unable to start container process: exec: "make": permission denied'],
  [125, 'Error: container state improper'],
])('a command that the engine could not run (%i) is named as that', async (exitCode, said) => {
  await standIn(`${running}\nexec*) echo 'oom_kill 0' ;;`)
  const stderr = `${said}\n`
  const reason = await explainFailure(spec, { exitCode, stderr })
  expect(reason).toBe(`did not run: podman exec said: ${said.replace(/^Error: /, '')}`)
})

test('a container that is gone was killed', async () => {
  await standIn("inspect*) echo 'Error: no such object' >&2; exit 125 ;;")
  expect(await explainFailure(spec, make)).toBe('was cut off: the container was killed')
})

test('only the counter of kills counts', () => {
  expect(countKills('')).toBe(0)
  expect(countKills('oom_kill_disable 1\noom 7\nunder_oom 0\noom_group_kill 4\n')).toBe(0)
  expect(countKills('oom 0\noom_kill 12\n')).toBe(12)
})

test('a pull that fails is tried again, and named with what the engine said last', async () => {
  await standIn(
    `image*) echo 'Error: no such image' >&2; exit 125 ;;\npull*) echo x >> ${folder}/pulls; echo 'Error: dial tcp: refused' >&2; exit 125 ;;`,
  )
  const context = { reporter: silentReporter, signal: new AbortController().signal }
  await expect(findImage('podman', 'example.org/i:1', { pull: true, context, waitMs: 1 })).rejects.toMatchObject({
    code: 'CONTAINER_FAILED',
    message: 'cannot pull example.org/i:1: dial tcp: refused',
  })
  expect(await readFile(join(folder, 'pulls'), 'utf8')).toBe('x\n'.repeat(3))
})
