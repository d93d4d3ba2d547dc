import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '#process/run-command'
import { sha256, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const lkft = new URL('../../bin/lkft', import.meta.url).pathname

test("KissCache's folder is taken over: listed files whole, cut and unlisted ones left behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-import-'))
  await using origin = await startOrigin((_, response) => response.writeHead(500).end())
  const bytes = randomBytes(70_000)
  const put = async (url: string, content: Buffer) => {
    const name = sha256(Buffer.from(url))
    await mkdir(join(folder, 'kiss', name.slice(0, 2)), { recursive: true })
    await writeFile(join(folder, 'kiss', name.slice(0, 2), name.slice(2)), content)
  }
  const names = { whole: origin.url('/rootfs.ext4'), odd: `${origin.url('')}//a/../odd name`, cut: origin.url('/cut') }
  await put(names.whole, bytes)
  await put(names.odd, Buffer.from('odd'))
  await put(names.cut, bytes.subarray(0, 1000))
  await put(origin.url('/unlisted'), bytes)
  await writeFile(
    join(folder, 'list'),
    `${names.whole}\t70000\tapplication/x-ext4\n${names.odd}\t3\tbad type\n${names.cut}\t70000\n`,
  )
  const run = (...more: string[]) =>
    runCommand({ argv: [lkft, 'cache', 'import', join(folder, 'kiss'), '--dir', join(folder, 'cache'), ...more] })
  expect(await run()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('does not tell finished files') })
  const { stdout, exitCode } = await run('--list', join(folder, 'list'))
  expect({ exitCode, imported: JSON.parse(stdout) }).toEqual({
    exitCode: 0,
    imported: { imported: 2, bytes: 70_003, short: 1, unlisted: 1 },
  })
  await using serving = await serve({ directory: join(folder, 'cache'), fetch: { retries: 1 } })
  const got = await get(serving.fetchUrl(names.whole))
  expect(got.body.equals(bytes)).toBe(true)
  expect(got.headers['repr-digest']).toContain(Buffer.from(sha256(bytes), 'hex').toString('base64'))
  expect(got.headers['content-type']).toBe('application/x-ext4')
  const odd = await get(serving.fetchUrl(names.odd))
  expect([odd.body.toString(), odd.headers['content-type']]).toEqual(['odd', 'application/octet-stream'])
  expect((await get(serving.fetchUrl(names.cut))).status).toBe(500)
  expect(origin.seen.map(({ path }) => path)).toEqual(['/cut'])
  await rm(folder, { recursive: true })
})
