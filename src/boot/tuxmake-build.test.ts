import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BootRequest } from '#boot/boot-request'
import { withTuxbuild } from '#boot/tuxmake-build'
import { LkftError } from '#errors/lkft-error'

const request: BootRequest = { suites: [], outputDir: 'run' }
const metadata = (arch: string): string =>
  JSON.stringify({
    build: { target_arch: arch },
    results: { artifacts: { kernel: ['zImage'], modules: ['modules.tar.xz'], config: ['config'] } },
  })

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-tuxmake-'))))
afterAll(async () => rm(folder, { recursive: true, force: true }))

test.each([
  ['armv5', 'qemu-armv5', { dtb: 'dtbs/versatile-pb.dtb' }],
  ['arm64', 'qemu-arm64', {}],
  ['riscv', 'qemu-riscv64', {}],
] as const)('a directory with %s gives kernel, modules and device', async (arch, device, more) => {
  await writeFile(join(folder, 'metadata.json'), metadata(arch))
  const found = await withTuxbuild({ ...request, tuxbuild: `${folder}/` })
  const place = (name: string): string => join(folder, name)
  expect(found).toMatchObject({ device, kernel: place('zImage'), modules: place('modules.tar.xz') })
  expect(found.dtb).toBe('dtb' in more ? place(more.dtb) : undefined)
})

test('what was said wins over the build', async () => {
  await writeFile(join(folder, 'metadata.json'), metadata('arm64'))
  const asked = { ...request, tuxbuild: folder, kernel: 'k', modules: 'm', device: 'qemu-arm64be' }
  expect(await withTuxbuild(asked)).toEqual(asked)
})

test('a URL is asked for its metadata.json', async () => {
  const server = createServer((from, to) => {
    to.writeHead(from.url === '/a/metadata.json' ? 200 : 404).end(metadata('x86_64'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const found = await withTuxbuild({ ...request, tuxbuild: `${base}/a` })
    expect(found).toMatchObject({ kernel: `${base}/a/zImage`, device: 'qemu-x86_64' })
    await expect(withTuxbuild({ ...request, tuxbuild: base })).rejects.toThrow('404')
  } finally {
    server.close()
  }
})

test('a name that leads out of the build is refused, and so is a build without a kernel', async () => {
  for (const kernel of [['../../etc/passwd'], ['/etc/passwd'], [], 'x', [3]]) {
    await writeFile(join(folder, 'metadata.json'), JSON.stringify({ results: { artifacts: { kernel } } }))
    await expect(withTuxbuild({ ...request, tuxbuild: folder })).rejects.toThrow(LkftError)
  }
})

test('any metadata.json is taken or refused, never anything else', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
      await writeFile(join(folder, 'metadata.json'), text)
      await expect(withTuxbuild({ ...request, tuxbuild: folder })).rejects.toThrow(LkftError)
    }),
    { numRuns: 50 },
  )
})
