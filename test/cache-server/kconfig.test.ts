import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { readBaseConfig, readFragment } from '#build/kconfig-source'
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
