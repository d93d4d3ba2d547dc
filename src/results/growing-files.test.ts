import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LkftError } from '#errors/lkft-error'
import { openGrowingFiles } from '#results/growing-files'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-growing-'))))
afterEach(async () => rm(folder, { recursive: true, force: true }))

test('files grow at once, and what is kept free has no name', async () => {
  const files = openGrowingFiles(folder, ['a', 'b'])
  expect(files.append('a', 'one\n')).toBe(true)
  expect(files.append('a', Buffer.from('two\n'))).toBe(true)
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('one\ntwo\n')
  expect((await readdir(folder)).toSorted()).toEqual(['a', 'b'])
  files.close()
  expect(files.append('a', 'late\n')).toBe(false)
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('one\ntwo\n')
})

test('a full disk ends the writing of all files and says so, without a throw', async () => {
  await symlink('/dev/full', join(folder, 'full'))
  const files = openGrowingFiles(folder, ['full', 'b'])
  expect(files.append('b', 'before\n')).toBe(true)
  expect(files.append('full', 'x')).toBe(false)
  expect(files.append('b', 'after\n')).toBe(false)
  files.close()
  expect(await readFile(join(folder, 'b'), 'utf8')).toBe('before\n')
  const reason: unknown = files.broken.reason
  expect(reason).toBeInstanceOf(LkftError)
  expect(reason).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining(join(folder, 'full')) as string })
})
