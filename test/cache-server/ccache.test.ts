import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { serve } from './serving.ts'

test('ccache of another machine finds what the first one compiled; a pull request writes beside, not over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-ccache-'))
  const token = (name: string) => ({
    name,
    sha256: createHash('sha256').update(name).digest('hex'),
    scopes: ['write'] as const,
    namespaces: [name],
    quota: 0,
    rate: 0,
  })
  const namespace = (name: string) => ({ name, quota: 1e9, largest: 1e8, anonymous: 'read' }) as const
  await using serving = await serve({
    tokens: [token('main'), token('pull')],
    namespaces: [namespace('main'), namespace('pull')],
  })
  const { port } = new URL(serving.server.url)
  const compile = async (machine: string, source: string, bearer: string): Promise<string> => {
    const cwd = join(folder, 'source')
    await mkdir(cwd, { recursive: true })
    await writeFile(join(cwd, 'a.c'), source)
    const place = (name: string) => `http://${bearer}:${bearer}@127.0.0.1:${port}/objects/${name}`
    const storage = bearer === 'main' ? place('main') : `${place('pull')} ${place('main')}|read-only`
    const words = [`CCACHE_DIR=${join(folder, machine)}`, `CCACHE_REMOTE_STORAGE=${storage}`]
    await runForOutput({ argv: ['env', ...words, 'ccache', 'gcc', '-c', 'a.c', '-o', `${machine}.o`], cwd })
    return runForOutput({ argv: ['env', ...words, 'ccache', '--print-stats'], cwd })
  }
  const hits = (stats: string): number => Number(/^remote_storage_hit\s+(\d+)/m.exec(stats)?.[1])
  expect(hits(await compile('one', 'int a(void) { return 1; }', 'main'))).toBe(0)
  expect(hits(await compile('two', 'int a(void) { return 1; }', 'main'))).toBe(1)
  expect(hits(await compile('pull', 'int a(void) { return 1; }', 'pull'))).toBe(1)
  const { objects } = serving.server.context.store
  const before = objects.list('object:main').map(({ name, digest }) => name + digest)
  await compile('pull', 'int a(void) { return 2; }', 'pull')
  expect(objects.list('object:pull').length).toBeGreaterThan(0)
  expect(objects.list('object:main').map(({ name, digest }) => name + digest)).toEqual(before)
  await rm(folder, { recursive: true })
})
