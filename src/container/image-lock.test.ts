import fc from 'fast-check'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockedDigest, readImageLock, writeImageLock } from '#container/image-lock'
import { parseImageName, withDigest } from '#container/image-name'
import { registryLogin } from '#container/registry-login'
import { LkftError } from '#errors/lkft-error'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-lock-'))))
afterEach(async () => rm(folder, { recursive: true }))

const digest = `sha256:${'ab'.repeat(32)}`

test.each([
  ['docker.io/tuxmake/x_gcc-14', 'docker.io', 'tuxmake/x_gcc-14', undefined, undefined],
  ['localhost:5000/a/b:1.2', 'localhost:5000', 'a/b', '1.2', undefined],
  [`ghcr.io/a@${digest}`, 'ghcr.io', 'a', undefined, digest],
])('%s is taken apart', (image, registry, repository, tag, found) => {
  expect(parseImageName(image)).toEqual({ registry, repository, tag, digest: found })
  expect(withDigest(image, digest)).toBe(`${registry}/${repository}@${digest}`)
})

test('no text makes the name reader fail otherwise than by saying so', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      let thrown: unknown
      try {
        parseImageName(text)
      } catch (error) {
        thrown = error
      }
      expect(thrown === undefined || thrown instanceof LkftError).toBe(true)
    }),
  )
})

test('a lock is written sorted, read back, and knows latest as no tag', async () => {
  const file = join(folder, 'lkft.lock')
  expect(await readImageLock(file)).toEqual({ version: 1, images: {} })
  const entry = { digest, locked: '2026-01-01T00:00:00.000Z' }
  await writeImageLock(file, { version: 1, images: { 'b.io/x': entry, 'a.io/y:1': entry } })
  expect(Object.keys((JSON.parse(await readFile(file, 'utf8')) as { images: object }).images)).toEqual([
    'a.io/y:1',
    'b.io/x',
  ])
  const lock = await readImageLock(file)
  expect(lockedDigest(lock, 'b.io/x:latest')).toBe(digest)
  expect(lockedDigest(lock, 'a.io/y:1')).toBe(digest)
  expect(lockedDigest(lock, 'a.io/y:2')).toBeUndefined()
  expect(lockedDigest({ version: 1, images: { 'a.io/y': { digest: null, locked: null } } }, 'a.io/y')).toBeUndefined()
})

test.each(['{', '[]', '{"version":2,"images":{}}', '{"version":1,"images":{"a.io/b":{"digest":"sha256:12"}}}'])(
  'the lock %s is refused with the file named',
  async (text) => {
    const file = join(folder, 'lkft.lock')
    await writeFile(file, text)
    await expect(readImageLock(file)).rejects.toThrow(file)
  },
)

test('a login of podman or docker is found, a broken file is none', async () => {
  await writeFile(join(folder, 'auth.json'), '{')
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { 'ghcr.io': { auth: 'dTpw' } } }))
  const environment = { REGISTRY_AUTH_FILE: join(folder, 'auth.json'), DOCKER_CONFIG: folder }
  expect(await registryLogin('ghcr.io', environment)).toBe('dTpw')
  expect(await registryLogin('quay.io', environment)).toBeUndefined()
})
