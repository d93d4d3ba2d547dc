import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listCpio } from '#files/list-cpio'
import { readTar, safePath } from '#files/tar-reader'
import { tarToCpio } from '#files/tar-to-cpio'

let folder: string
const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(90)}`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-tar-'))
  await mkdir(join(folder, 'in', long), { recursive: true })
  await writeFile(join(folder, 'in', long, 'deep'), 'deep')
  await writeFile(join(folder, 'in', 'naïve file'), 'x'.repeat(100_003))
  await symlink('naïve file', join(folder, 'in', 'link'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each(['ustar', 'pax', 'gnu'])('%s archives, long names and all, become cpio archives', async (format) => {
  const tar = join(folder, `${format}.tar`)
  const members = format === 'ustar' ? ['naïve file', 'link'] : ['.']
  execFileSync('tar', [`--format=${format}`, '-C', join(folder, 'in'), '-cf', tar, ...members])
  const packed = join(folder, `${format}.tar.zst`)
  await writeFile(packed, zstdCompressSync(await readFile(tar)))
  const cpio = join(folder, `${format}.cpio`)
  await tarToCpio(packed, cpio, 'usr/lib')
  const paths = await listCpio(cpio)
  expect([...paths]).toEqual(expect.arrayContaining(['usr', 'usr/lib', 'usr/lib/naïve file', 'usr/lib/link']))
  expect(paths.has(`usr/lib/${long}/deep`)).toBe(format !== 'ustar')
  expect((await readFile(cpio)).includes('x'.repeat(100_003))).toBe(true)
})

test('folders without an entry of their own get one, but none that may be a link', async () => {
  const tar = join(folder, 'bare.tar')
  const bare = join(folder, 'bare')
  await mkdir(join(bare, 'lib/modules/6.1/kernel'), { recursive: true })
  await mkdir(join(bare, 'opt/a/b'), { recursive: true })
  await writeFile(join(bare, 'lib/modules/6.1/modules.dep'), 'x')
  await writeFile(join(bare, 'opt/a/b/c'), 'x')
  execFileSync('tar', ['-C', bare, '-cf', tar, 'lib/modules/6.1/modules.dep', 'opt/a/b/c'])
  const cpio = join(folder, 'bare.cpio')
  await tarToCpio(tar, cpio)
  expect([...(await listCpio(cpio))]).toEqual(
    'lib/modules lib/modules/6.1 lib/modules/6.1/modules.dep opt opt/a opt/a/b opt/a/b/c'.split(' '),
  )
})

test('a damaged or cut archive is refused by name', async () => {
  const tar = join(folder, 'gnu.tar')
  const bytes = await readFile(tar)
  const cut = join(folder, 'cut.tar.gz')
  await writeFile(cut, gzipSync(bytes.subarray(0, bytes.length - 60_000)))
  await expect(tarToCpio(cut, join(folder, 'cut.cpio'))).rejects.toThrow('cut.tar.gz')
  const text = join(folder, 'notes.tar')
  await writeFile(text, 'these are notes\n'.repeat(100))
  await expect(tarToCpio(text, join(folder, 'no.cpio'))).rejects.toThrow('is no tar archive')
})

test('no path leads out of the folder', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('..', '.', '', 'a', '/etc', '../..')), (parts) => {
      const path = safePath(parts.join('/'))
      expect(path.startsWith('/')).toBe(false)
      expect(path.split('/')).not.toContain('..')
    }),
  )
})

test('any bytes are read or refused, without another kind of error', async () => {
  const read = async (bytes: Uint8Array): Promise<string> =>
    readTar(Readable.from([bytes]), 'x', async () => async () => {}).then(
      () => 'BAD_ARGUMENT',
      (error: { code?: string }) => error.code ?? '',
    )
  const anything = fc.uint8Array({ maxLength: 1500 })
  await fc.assert(fc.asyncProperty(anything, async (bytes) => (await read(bytes)) === 'BAD_ARGUMENT'))
  expect(await read(Buffer.alloc(100, 'x'))).toBe('BAD_ARGUMENT')
})
