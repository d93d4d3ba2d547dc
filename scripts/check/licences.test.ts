import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findForbiddenLicences } from './licences.ts'

test('a package that may be bundled needs a permissive licence', () => {
  const packages = {
    '': {},
    'node_modules/a': { license: 'MIT' },
    'node_modules/b': { license: 'GPL-3.0-only' },
    'node_modules/c/node_modules/d': {},
    'node_modules/e': { license: '(GPL-2.0 OR MIT)' },
    'node_modules/f': { license: 'MIT AND CC-BY-4.0' },
    'node_modules/g': { license: 'GPL-3.0-only', dev: true },
  }
  expect(findForbiddenLicences({ packages })).toEqual(['b: GPL-3.0-only', 'd: no licence', 'f: MIT AND CC-BY-4.0'])
})

test('every package of the lock file that may be bundled has one', async () => {
  const lock = JSON.parse(await readFile(join(import.meta.dirname, '../../package-lock.json'), 'utf8'))
  expect(findForbiddenLicences(lock)).toEqual([])
})
