import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { startSccache } from './sccache-server.ts'
import { serve } from './serving.ts'

test('sccache of another machine finds by WebDAV what the first one compiled; a strange token writes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-sccache-'))
  const sha256 = createHash('sha256').update('builder').digest('hex')
  await using serving = await serve({
    tokens: [{ name: 'builder', sha256, scopes: ['write'], namespaces: ['kernel'], quota: 0, rate: 0 }],
    namespaces: [{ name: 'kernel', quota: 1e9, largest: 1e8, anonymous: 'none' }],
  })
  // Beside what it compiled, sccache writes a small file of its own when it starts.
  const kept = (): readonly string[] =>
    serving.server.context.store.objects
      .list('object:kernel')
      .filter(({ name }) => !name.includes('.sccache_check'))
      .map(({ name, digest }) => name + digest)
  await writeFile(join(folder, 'a.c'), 'int a(int b) { return b + 1; }')
  const compile = async (machine: string, token: string) => {
    await mkdir(join(folder, machine))
    await using sccache = await startSccache(join(folder, machine), `${serving.server.url}/objects/kernel/`, token)
    await runForOutput({ argv: [sccache.program, 'gcc', '-c', 'a.c', '-o', `${machine}.o`], cwd: folder })
    // It writes to the store after the compiler's answer.
    for (let i = 0; i < 200 && kept().length < 1; i++) await sleep(50)
    return { hits: await sccache.figure('Cache hits'), location: await sccache.location() }
  }
  expect(await compile('one', 'builder')).toMatchObject({ hits: 0, location: expect.stringMatching(/^webdav/) })
  const before = kept()
  expect(before.length).toBe(1)
  expect(await compile('two', 'builder')).toMatchObject({ hits: 1 })
  await writeFile(join(folder, 'a.c'), 'int a(int b) { return b + 2; }')
  // It refuses to start with a token that may not even read.
  await expect(compile('stranger', 'stolen')).rejects.toThrow('sccache ended')
  expect(kept()).toEqual(before)
  await rm(folder, { recursive: true })
})
