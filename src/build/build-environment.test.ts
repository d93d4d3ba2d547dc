import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildEnvironment, canonicalPaths, formatDate, prefixMapFlags } from '#build/build-environment'
import { completeBuildRequest } from '#build/build-request'
import { readCompilerVersion } from '#build/probe-compiler'
import { kernelVersion } from '#build/source-facts'
import { sortWords } from '#build/target-words'

const makefile = 'KBUILD_CPPFLAGS += $(call cc-option,-fmacro-prefix-map=$(srctree)/=)'
const facts = { source: '/home/u/linux', build: '/tmp/b', timestamp: 0, makefile }

test('C, assembly and Rust get maps of both paths', () => {
  expect(prefixMapFlags(facts)).toEqual({
    KAFLAGS: '-fdebug-prefix-map=/tmp/b=/build -fdebug-prefix-map=/home/u/linux=/src',
    KCFLAGS: '-fdebug-prefix-map=/tmp/b=/build -fdebug-prefix-map=/home/u/linux=/src',
    KRUSTFLAGS: '--remap-path-prefix=/tmp/b=/build --remap-path-prefix=/home/u/linux=/src',
  })
})

test('a tree from before 4.19 gets a map for __FILE__ too', () => {
  expect(prefixMapFlags({ ...facts, makefile: '' })['KCFLAGS']).toContain('-fmacro-prefix-map=/home/u/linux/=')
})

test('the canonical paths of a container need no map', () => {
  expect(prefixMapFlags({ ...facts, ...canonicalPaths })).toEqual({})
})

test('the user’s KCFLAGS come after the maps instead of replacing them', () => {
  const request = completeBuildRequest({ source: '', outputDir: '', environment: { KCFLAGS: '-Wextra', LC_ALL: 'x' } })
  const environment = buildEnvironment(request, facts)
  expect(environment['KCFLAGS']).toMatch(/^-fdebug-prefix-map=.* -Wextra$/)
  expect(environment['LC_ALL']).toBe('x')
})

test('dates are those of LC_ALL=C TZ=UTC date', () => {
  expect(formatDate(0)).toBe('Thu Jan  1 00:00:00 UTC 1970')
  expect(formatDate(1_700_000_000)).toBe('Tue Nov 14 22:13:20 UTC 2023')
})

test.each([
  ['gcc (Debian 12.2.0-14+deb12u1) 12.2.0', 'gcc', '12.2.0'],
  ['aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0', 'gcc', '12.2.0'],
  ['Debian clang version 14.0.6', 'clang', '14.0.6'],
])('%s is %s %s', (full, name, version) => {
  expect(readCompilerVersion(`${full}\nCopyright`)).toEqual({ name, version, full })
})

test('a kernel version is what make kernelversion says', () => {
  expect(kernelVersion('VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION = -rc1\n')).toBe('6.1.192-rc1')
  expect(kernelVersion('all:\n\ttrue\n')).toBeUndefined()
})

test('words behind the command are sorted as TuxMake does, and values may hold =', () => {
  expect(sortWords(['kernel', 'KCFLAGS=-Wa,-mfoo=bar', 'tinyconfig', 'drivers/tty/', 'config', 'a.o'])).toEqual({
    targets: ['kernel', 'make:drivers/tty/', 'config', 'make:a.o'],
    variables: { KCFLAGS: '-Wa,-mfoo=bar' },
    kconfig: 'tinyconfig',
  })
  expect(() => sortWords(['tinyconfig', 'defconfig'])).toThrow('two base configurations')
})

test('no word is lost in sorting', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z./=_-]{1,12}$/)), (words) => {
      const unique = words.filter((word) => !word.includes('=') && !word.endsWith('config'))
      const { targets } = sortWords(unique)
      expect(targets).toHaveLength(unique.length)
    }),
  )
})
