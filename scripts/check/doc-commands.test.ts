import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkRunBy } from './doc-commands.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lkft-doc-commands-'))
  await writeFile(join(root, 'a.test.ts'), "test('x', () => run(['build', '-o']))\ntest('y', () => cache('stat'))\n")
  await writeFile(join(root, 'empty.test.ts'), "// 'build'\n")
})
afterAll(() => rm(root, { recursive: true }))

const block = (marker: string, ...lines: readonly string[]): string => [marker, '```sh', ...lines, '```', ''].join('\n')

test.each([
  ['a block whose commands a test runs', block('<!-- run by: a.test.ts -->', 'A=1 ./bin/lkft build -o x', 'ls'), []],
  ['a part of a command', block('<!-- run by: a.test.ts -->', 'lkft cache stat --dir x'), []],
  ['a block without our commands', block('', 'ls'), []],
  ['a block that is marked as not run', block('<!-- not run here: needs a board -->', 'lkft boot x'), []],
  [
    'a command that is excepted',
    block('<!-- run by: a.test.ts; not run here: doctor (why) -->', 'lkft build', 'lkft doctor'),
    [],
  ],
  ['a command that no test runs', block('<!-- run by: a.test.ts -->', 'lkft boot'), ["no test it names runs 'boot'"]],
  [
    'one part of two that no test runs',
    block('<!-- run by: a.test.ts -->', 'lkft cache stat|gc'),
    ["no test it names runs 'gc'"],
  ],
  [
    'a file without a test',
    block('<!-- run by: empty.test.ts -->', 'lkft build'),
    ['empty.test.ts holds no test', "no test it names runs 'build'"],
  ],
  [
    'no mark at all',
    block('text', 'npm run x'),
    ["no '<!-- run by: FILE -->' or '<!-- not run here: WHY -->' before the block"],
  ],
])('%s', async (_name, page, problems) => {
  expect(await checkRunBy(page, root)).toEqual(problems.map((problem) => `line 2: ${problem}`))
})
