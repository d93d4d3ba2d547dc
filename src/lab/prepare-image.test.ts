import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareImage } from '#lab/prepare-image'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-image-'))))
afterAll(() => rm(folder, { recursive: true }))

const { signal } = new AbortController()
const booti = { command: 'booti', arch: 'arm64' } as const
const image = Buffer.alloc(4096)
image.write('ARMd', 56, 'latin1')

async function file(name: string, content: Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

test('an Image is sent as it is, gzip and zstd are undone', async () => {
  const plain = await file('Image', image)
  expect(await prepareImage(plain, booti, folder, signal)).toBe(plain)
  for (const [name, packed] of [
    ['Image.gz', gzipSync(image)],
    ['Image.zst', zstdCompressSync(image)],
  ] as const) {
    const unpacked = await prepareImage(await file(name, packed), booti, folder, signal)
    expect((await readFile(unpacked)).equals(image)).toBe(true)
  }
})

test('a file of another kind is refused before the board is touched', async () => {
  const uImage = await file('uImage', Buffer.from('27051956', 'hex'))
  await expect(prepareImage(uImage, booti, folder, signal)).rejects.toThrow('is a uImage; booti takes: arm64 Image')
  const riscv = Buffer.alloc(4096)
  riscv.write('RSC\u0005', 56, 'latin1')
  await expect(prepareImage(await file('riscv', riscv), booti, folder, signal)).rejects.toThrow('is a riscv Image')
  const text = await file('notes', Buffer.from('hello'))
  await expect(prepareImage(text, { command: 'bootz', arch: 'arm' }, folder, signal)).rejects.toThrow(
    'no kernel image that U-Boot knows',
  )
  const damaged = await file('bad.gz', gzipSync(image).subarray(0, 40))
  await expect(prepareImage(damaged, booti, folder, signal)).rejects.toThrow('damaged')
})
