import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { cpioTrailer } from '#files/cpio'
import { listCpio } from '#files/list-cpio'
import { joinArchives, makeOverlay } from '#suites/make-overlay'

const run = promisify(execFile)
const { signal } = new AbortController()

test('each archive begins at a multiple of four, where the kernel looks for it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-join-'))
  try {
    const parts = await Promise.all(
      ['abcde', '070701xy', 'z'].map(async (text, index) => {
        const file = join(folder, String(index))
        await writeFile(file, text)
        return file
      }),
    )
    const joined = await joinArchives(parts, join(folder, 'joined'))
    expect((await readFile(joined)).toString()).toBe(['abcde', '', '', '070701xyz', '', '', ''].join('\0'))
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('an archive goes to the place that it is given, a script alone too; a cpio archive only to /', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-overlay-'))
  try {
    await writeFile(join(folder, 'tool.sh'), 'echo a')
    await run('tar', ['-C', folder, '-cf', join(folder, 'a.tar'), 'tool.sh'])
    const cpio = join(folder, 'a.cpio')
    await writeFile(cpio, cpioTrailer())
    const listed = async (name: string, place?: string): Promise<readonly string[]> =>
      [...((await listCpio(await makeOverlay(join(folder, name), folder, signal, place))) ?? [])].toSorted()
    expect(await listed('a.tar')).toEqual(['tool.sh'])
    expect(await listed('a.tar', '/opt/tools')).toEqual(['opt', 'opt/tools', 'opt/tools/tool.sh'])
    expect(await listed('tool.sh', '/opt')).toEqual(['opt', 'opt/tool.sh'])
    expect(await makeOverlay(cpio, folder, signal)).toBe(cpio)
    await expect(makeOverlay(cpio, folder, signal, '/opt')).rejects.toThrow('cannot be unpacked at /opt')
  } finally {
    await rm(folder, { recursive: true })
  }
})
