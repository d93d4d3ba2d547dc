import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildEnvironment, canonicalPaths } from '#build/build-environment'
import { type BuildOptions, completeBuildRequest } from '#build/build-request'
import { countCcache, countSccache } from '#build/compiler-cache'

const facts = { source: '/home/u/linux', build: '/home/u/out/b', timestamp: 0, makefile: '-fmacro-prefix-map=' }
const environment = (more: Partial<BuildOptions>, places: object = {}): Readonly<Record<string, string>> =>
  buildEnvironment(completeBuildRequest({ source: '', outputDir: '', ...more }), { ...facts, ...places })

test('ccache counts direct and preprocessed hits and misses', () => {
  const log = '# kernel/fork.c\ndirect_cache_hit\nlocal_storage_hit\n# b.c\ncache_miss\n# c.c\npreprocessed_cache_hit\n'
  expect(countCcache(log)).toEqual({ tool: 'ccache', hits: 2, misses: 1, direct_hits: 1, preprocessed_hits: 1 })
})

test('sccache counts over all languages; other text is no numbers', () => {
  const json = JSON.stringify({
    stats: { cache_hits: { counts: { 'C/C++': 3, Rust: 1 } }, cache_misses: { counts: {} } },
  })
  expect(countSccache(json)).toMatchObject({ tool: 'sccache', hits: 4, misses: 0 })
  expect(countSccache('Compile requests 0')).toBeUndefined()
})

test('no text makes the counters throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), (text, json) => {
      countCcache(text)
      countSccache(json)
    }),
  )
})

test('ccache’s keys hold at another place, and its objects are those of a build without it', () => {
  expect(environment({ wrapper: 'ccache' })).toMatchObject({
    CCACHE_BASEDIR: '/home/u',
    CCACHE_COMPILERCHECK: 'content',
    KCFLAGS:
      '-fdebug-prefix-map=../../linux=/src -fdebug-prefix-map=/home/u/out/b=/build -fdebug-prefix-map=/home/u/linux=/src -fmacro-prefix-map=../../linux/=',
  })
  expect(environment({ wrapper: 'ccache' }, canonicalPaths)).not.toHaveProperty('CCACHE_BASEDIR')
  expect(environment({ wrapper: 'ccache' }, { build: '/var/b' })).not.toHaveProperty('CCACHE_BASEDIR')
  expect(environment({ wrapper: 'ccache', runtime: 'podman', cacheDir: '/c' }, canonicalPaths)).toMatchObject({
    CCACHE_DIR: '/cache',
  })
})
