import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// The weak points of TuxMake 1.43.0 that were found by running it and reading it, by their numbers, and the test that shows
// lkft doing it right. Tests whose names begin with the numbers are in tuxmake-defects.test.ts.

interface Defect {
  readonly number: number
  /** What TuxMake does. */
  readonly what: string
  /** File below the repository, and the beginning of the test's name in it. */
  readonly shown: readonly [file: string, name: string] | { readonly open: string }
}

const cache = 'src/build/compiler-cache.test.ts'
const containers = 'test/build/container.test.ts'
const defects = 'test/build/tuxmake-defects.test.ts'
const locks = 'test/build/image-lock.test.ts'
const options = 'test/build/options.test.ts'

const table: readonly Defect[] = [
  { number: 1, what: 'debug information differs between build directories', shown: [defects, '1, 28: '] },
  { number: 2, what: 'the modules archive links to folders of the machine', shown: [defects, '2: '] },
  { number: 3, what: 'merging fragments writes into the source tree', shown: [defects, '3: '] },
  {
    number: 4,
    what: 'ccache gives objects that name other directories',
    shown: [cache, 'ccache’s keys hold at another place'],
  },
  { number: 5, what: 'requested symbols are dropped silently', shown: [defects, '5: '] },
  { number: 6, what: 'the order of fragments is not kept', shown: [defects, '6: '] },
  { number: 7, what: 'a changed kconfig is ignored on a kept build', shown: [defects, '7, 17: '] },
  { number: 8, what: 'modules alone fails', shown: [defects, '8: '] },
  { number: 9, what: 'warnings and errors are miscounted', shown: [defects, '9: '] },
  { number: 10, what: 'podman does not work as root', shown: [defects, '10, 19: '] },
  {
    number: 10,
    what: 'any container failure is a missing image',
    shown: [containers, 'an image that cannot start says so'],
  },
  { number: 11, what: 'tracebacks for errors', shown: [defects, '11: '] },
  {
    number: 12,
    what: '{arch} of --image is not filled in',
    shown: ['src/build/toolchains.test.ts', '--image fills in {arch}'],
  },
  { number: 13, what: 'the reproducer loses options', shown: [defects, '13: '] },
  { number: 14, what: 'exit code 2 means many things', shown: [defects, '14: '] },
  {
    number: 14,
    what: 'make goes on after a signal',
    shown: ['test/build/kill-build.test.ts', 'twenty builds are killed'],
  },
  { number: 15, what: 'a value with two = cannot be given', shown: [defects, '15, 24: '] },
  { number: 16, what: 'the support matrix is wrong for rustgcc', shown: [defects, '16: '] },
  {
    number: 17,
    what: 'a build with nothing to do is slow',
    shown: [options, 'what is packed already is not packed again'],
  },
  {
    number: 18,
    what: 'one object failed once with -j2',
    shown: { open: 'a race of Kbuild’s own: lkft calls the same make' },
  },
  { number: 19, what: 'isolation from the network fails open', shown: [containers, 'the source is read-only at /src'] },
  {
    number: 20,
    what: 'images go by a tag that moves',
    shown: [locks, 'lkft images lock records what the registry has'],
  },
  { number: 21, what: 'configurations by URL are not checked or tried again', shown: [defects, '21: '] },
  { number: 22, what: 'without compression there is no listing', shown: [defects, '22: '] },
  { number: 23, what: 'a symbol is found inside another', shown: [defects, '23: '] },
  { number: 24, what: 'KCFLAGS replace the prefix maps', shown: [defects, '15, 24: '] },
  {
    number: 25,
    what: 'korg-gcc is unpacked for each build',
    shown: { open: 'lkft does not fetch kernel.org’s compilers' },
  },
  {
    number: 26,
    what: 'one build per process',
    shown: ['src/plan/expand-plan.test.ts', 'every combination is a build'],
  },
  {
    number: 27,
    what: 'no comparison of sizes, no file of diagnostics',
    shown: [options, 'tell what is new, what is fixed'],
  },
  { number: 28, what: 'containers see the paths of the host', shown: [defects, '1, 28: '] },
  {
    number: 29,
    what: 'korg-gcc builds powerpc big-endian',
    shown: { open: 'the prefix is TuxMake’s, the configuration decides' },
  },
]

const tested = table.flatMap((defect) => ('open' in defect.shown ? [] : [{ ...defect, test: defect.shown }]))

test.each(tested)('$number: $what', async ({ test: [file, name] }) => {
  expect(await readFile(join(import.meta.dirname, '../../..', file), 'utf8')).toMatch(
    new RegExp(`^ *(?:test|test\\.each\\(.*\\))\\(\\s*['"]${RegExp.escape(name)}`, 'm'),
  )
})

test('every defect has a row, and only what is known to be open has no test', () => {
  const numbers = new Set(table.map(({ number }) => number))
  expect([...numbers]).toEqual(Array.from({ length: 29 }, (_, index) => index + 1))
  expect(table.flatMap(({ number, shown }) => ('open' in shown ? [number] : []))).toEqual([18, 25, 29])
})
