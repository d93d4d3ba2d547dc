import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readBaseConfig, readFragment } from '#build/kconfig-source'
import { runLkft } from '../support/run-lkft.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { sendFile, startOrigin } from './origin.ts'
import { serve } from './serving.ts'

const text = 'CONFIG_KUNIT=y\n'
const sha256 = createHash('sha256').update(text).digest('hex')

test('configurations that are URLs come through the cache server, from upstream once', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, Buffer.from(text)))
  await using serving = await serve()
  const places = { source: '/nowhere', srcarch: 'x86', archMakefile: '', cacheServer: `${serving.server.url}/` }
  const url = origin.url('/kunit.config?rev=6.1&raw')
  expect(await readBaseConfig(url, places)).toEqual({ kind: 'text', spec: url, text })
  await serving.server.context.fetcher.idle()
  const checked = `${url}#sha256=${sha256}`
  expect(await readFragment(checked, places)).toEqual({ kind: 'text', spec: checked, text })
  await expect(readFragment(`${url}#sha256=${'0'.repeat(64)}`, places)).rejects.toThrow(
    `the sha256 ${sha256}, not 0000`,
  )
  expect(origin.seen.map(({ path }) => path)).toEqual(['/kunit.config?rev=6.1&raw'])
})

test('a host that the cache server may not reach is named with what would allow it', async () => {
  await using serving = await serve({ allow: [] })
  const places = { source: '/nowhere', srcarch: 'x86', archMakefile: '', cacheServer: serving.server.url }
  await expect(readBaseConfig('http://127.0.0.1:9/x.config', places)).rejects.toMatchObject({
    code: 'HOST_NOT_ALLOWED',
    message: expect.stringContaining('127.0.0.1'),
  })
  await expect(readBaseConfig('http://127.0.0.1:9/x', { ...places, cacheServer: 'cache' })).rejects.toMatchObject({
    code: 'BAD_ARGUMENT',
  })
})

test('lkft build --cache-server takes a configuration through it', async () => {
  await using origin = await startOrigin((request, response) => sendFile(request, response, Buffer.from(text)))
  await using serving = await serve()
  const folder = await mkdtemp(join(tmpdir(), 'lkft-kconfig-'))
  try {
    const tree = await makeTinyTree(join(folder, 'tree'))
    const out = join(folder, 'out')
    const words = ['build', '--cache-server', serving.server.url, '--source', tree, '--target-arch', 'x86_64']
    const { code, stderr } = await runLkft(
      [...words, '--kconfig', 'tinyconfig', '--kconfig-add', origin.url('/board.config'), '-o', out, 'config'],
      { cwd: folder },
    )
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(await readFile(join(out, 'config'), 'utf8')).toContain(text)
    expect(origin.seen.map(({ path }) => path)).toEqual(['/board.config'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
