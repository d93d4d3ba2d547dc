import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorCatalogue } from '#errors/catalogue'
import { brokenLinks, checkCommand, commandsOf } from './docs.ts'

const known = new Map([['build', new Set(['--source', '-C', '--help'])]])

test('the commands of a page are its shell lines and its inline code', () => {
  const page =
    'Say `lkft build -C .` or\n\n```sh\nA=1 ./bin/lkft build \\\n  --source x  # why\nnpm test\n```\n`lkft`\n'
  expect(commandsOf(page)).toEqual(['build    --source x', 'build -C .'])
})

test.each([
  ['build --source x -C y', undefined],
  ["build --source '--not-one'", undefined],
  ['build --source x | grep --color x', undefined],
  ['built', "there is no 'lkft built'"],
  ['build --sauce=x', "'lkft build' has no option --sauce"],
])('%s: %s', (words, problem) => {
  expect(checkCommand(words, known)).toBe(problem)
})

test('links to files are followed', () => {
  const file = import.meta.filename
  expect(brokenLinks('[a](docs.ts) [b](none.md#x) [c](https://x.example/y) [d](#here)', file)).toEqual(['none.md'])
})

test('docs/troubleshooting.md has every error code, and none that does not exist', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/troubleshooting.md'), 'utf8')
  const codes = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)
  expect(codes).toEqual(Object.keys(errorCatalogue))
})
