import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkThreatModel } from './threat-model.ts'

const root = join(import.meta.dirname, '../..')
const own = 'scripts/check/threat-model.test.ts'

test('a promise without a test, or with one that is not there, is told', async () => {
  const page = `| 1 | good | \`${own}\` |\n| 3 | out of order | \`${own}\` |\n| 3 | bare | nothing |\n| 4 | gone | \`x.test.ts\` |\n| 5 | none | \`README.md\` |\n`
  expect(await checkThreatModel(page, root)).toEqual([
    'invariant 3 should be 2',
    'invariant 3 names no test: bare',
    'invariant 4: there is no x.test.ts',
    'invariant 5: README.md holds no test',
  ])
  expect(await checkThreatModel('nothing', root)).toEqual(['there are no invariants'])
})

test('every invariant of docs/threat-model.md is held by tests that exist', async () => {
  expect(await checkThreatModel(await readFile(join(root, 'docs/threat-model.md'), 'utf8'), root)).toEqual([])
})
