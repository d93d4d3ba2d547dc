import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { joinArchives } from '#suites/make-overlay'

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
