import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '#process/run-command'
import { newerDebian } from './newer-debian.ts'
import { serve } from './serving.ts'

test('a WebDAV client (rclone) puts, finds, reads and removes objects; a strange token does nothing', async () => {
  const debian = await newerDebian()
  const folder = await mkdtemp(join(tmpdir(), 'lkft-webdav-'))
  const sha256 = createHash('sha256').update('builder').digest('hex')
  await using serving = await serve({
    tokens: [{ name: 'builder', sha256, scopes: ['write'], namespaces: ['kernel'], quota: 0, rate: 0 }],
    namespaces: [{ name: 'kernel', quota: 1e9, largest: 1e8, anonymous: 'none' }],
  })
  const bytes = randomBytes(300_000)
  await writeFile(join(folder, 'a.o'), bytes)
  const rclone = (token: string, ...args: string[]) => {
    const url = ['--webdav-url', `${serving.server.url}/objects/kernel/`, '--webdav-bearer-token', token]
    const more = ['--config', join(folder, 'none'), '--retries', '1', '--low-level-retries', '1']
    return runCommand({ argv: debian.command('rclone', ...args, ...url, ...more) })
  }
  const there = ':webdav:a/b/c/abcd'
  expect((await rclone('stolen', 'copyto', join(folder, 'a.o'), there)).exitCode).not.toBe(0)
  expect(serving.server.context.store.objects.list('object:kernel')).toEqual([])
  expect(await rclone('builder', 'copyto', join(folder, 'a.o'), there)).toMatchObject({ exitCode: 0 })
  expect(await rclone('builder', 'copyto', there, join(folder, 'back'))).toMatchObject({ exitCode: 0 })
  expect((await readFile(join(folder, 'back'))).equals(bytes)).toBe(true)
  expect(await rclone('builder', 'deletefile', there)).toMatchObject({ exitCode: 0 })
  expect(serving.server.context.store.objects.list('object:kernel')).toEqual([])
  await rm(folder, { recursive: true })
})
