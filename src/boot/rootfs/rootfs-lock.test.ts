import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedRootfs } from '#boot/rootfs/catalogue'
import { resolveRootfs } from '#boot/rootfs/resolve-rootfs'
import { lockRootfs, readRootfsLock, writeRootfsLock } from '#boot/rootfs/rootfs-lock'
import { devices } from '#machine/devices'
import { plainReporter } from '#log/plain-reporter'

const content = 'a root file system\n'
const sha256 = createHash('sha256').update(content).digest('hex')
const context = { reporter: plainReporter(() => {}, { showOutput: false }), signal: new AbortController().signal }
const request = { suites: [], outputDir: 'run' }

let folder: string
let server: Server
let url: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-rootfs-test-'))
  server = createServer(({ url: path }, to) => void to.writeHead(path === '/gone' ? 404 : 200).end(content))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/root.ext4`
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true, force: true })
})

test('every root file system is for a device that there is', () => {
  const names = devices.map(({ name }) => name)
  expect(publishedRootfs.filter(({ device }) => !names.includes(device))).toEqual([])
  expect(publishedRootfs).toHaveLength(20)
})

test('a lock holds what a fetch gave, and a boot is held to it', async () => {
  const file = join(folder, 'good.lock')
  const lock = await lockRootfs(await readRootfsLock(file), [url], context)
  await writeRootfsLock(file, lock)
  expect((await readRootfsLock(file)).files[url]).toMatchObject({ sha256, bytes: content.length })
  const resolved = await resolveRootfs({ ...request, rootfs: url, rootfsLock: file })
  expect(resolved.rootfs).toBe(`${url}#sha256=${sha256}`)
})

test('a fetch that fails changes nothing', async () => {
  const file = join(folder, 'none.lock')
  const gone = new URL('/gone', url).href
  await expect(lockRootfs(await readRootfsLock(file), [url, gone], context)).rejects.toThrow('404')
  await expect(readFile(file)).rejects.toThrow('ENOENT')
})

test('a name is refused while its bytes are not known, unless that is allowed', async () => {
  const [row] = publishedRootfs
  const asked = { ...request, rootfs: row?.name, rootfsLock: join(folder, 'none.lock') }
  await expect(resolveRootfs(asked)).rejects.toThrow('no lock file has its sha256')
  expect((await resolveRootfs({ ...asked, allowUnpinned: true })).rootfs).toBe(row?.url)
  await expect(resolveRootfs({ ...asked, device: 'qemu-sh4' })).rejects.toThrow('not for qemu-sh4')
})

test('files and pinned URLs stay as they are; busybox is lkft’s own', async () => {
  for (const rootfs of ['root.cpio', './tuxboot-arm64', `${url}#sha256=${sha256}`]) {
    expect((await resolveRootfs({ ...request, rootfs })).rootfs).toBe(rootfs)
  }
  expect((await resolveRootfs({ ...request, rootfs: 'busybox' })).rootfs).toBeUndefined()
})

test.each([
  '',
  '[]',
  '{"version":1}',
  '{"version":1,"files":{"u":null}}',
  '{"version":1,"files":{"u":{"sha256":"x"}}}',
])('a lock that is none is refused: %s', async (text) => {
  const file = join(folder, 'bad.lock')
  await writeFile(file, text)
  await expect(readRootfsLock(file)).rejects.toThrow('is no lock')
})
