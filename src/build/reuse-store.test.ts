import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { putIntoStore, takeFromStore } from '#build/reuse-store'

let folder: string
let store: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-store-'))
  store = join(folder, 'store')
  for (const name of ['built', 'taken']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'built/bzImage'), 'kernel')
  await writeFile(join(folder, 'built/build.json'), '{}')
  await putIntoStore(store, key, join(folder, 'built'), ['bzImage', 'build.json'])
})
afterEach(async () => rm(folder, { recursive: true }))

const key = 'a1'.repeat(32)

test('what was kept comes back, and nothing else', async () => {
  expect(await takeFromStore(store, key, join(folder, 'taken'))).toEqual(['bzImage', 'build.json'])
  expect(await readFile(join(folder, 'taken/bzImage'), 'utf8')).toBe('kernel')
  expect(await takeFromStore(store, 'b2'.repeat(32), join(folder, 'taken'))).toBeUndefined()
  expect(await readdir(store)).toEqual([key])
})

test('a file that is not what was kept is not taken, and the build is forgotten', async () => {
  await writeFile(join(store, key, 'bzImage'), 'other!')
  expect(await takeFromStore(store, key, join(folder, 'taken'))).toBeUndefined()
  expect(await readdir(join(folder, 'taken'))).toEqual([])
  expect(await readdir(store)).toEqual([])
})

test('a manifest that names a file outside is no manifest', async () => {
  const manifest = { version: 1, key, files: { '../escaped': 'x' } }
  await writeFile(join(store, key, 'manifest.json'), JSON.stringify(manifest))
  expect(await takeFromStore(store, key, join(folder, 'taken'))).toBeUndefined()
})

test('keeping the same twice keeps the first', async () => {
  await writeFile(join(folder, 'built/bzImage'), 'another')
  await putIntoStore(store, key, join(folder, 'built'), ['bzImage', 'build.json'])
  await takeFromStore(store, key, join(folder, 'taken'))
  expect(await readFile(join(folder, 'taken/bzImage'), 'utf8')).toBe('kernel')
})
