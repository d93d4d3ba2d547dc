import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendToCommandFile } from '#github/command-file'

test('a value cannot end its own part and add another', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'lkft-command-')), 'output')
  appendToCommandFile(file, { name: 'x\nghadelimiter_1\nverdict<<y\npass\ny', verdict: 'fail' })
  const lines = (await readFile(file, 'utf8')).split('\n')
  const [, delimiter = ''] = /^name<<(ghadelimiter_[0-9a-f-]{36})$/.exec(lines[0] ?? '') ?? []
  expect(lines.filter((line) => line === delimiter)).toHaveLength(1)
  expect(lines.indexOf(delimiter)).toBe(6)
  expect(lines[7]).toMatch(/^verdict<</)
})

test('a value that GitHub would refuse is refused here, before it is written', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'lkft-command-')), 'output')
  expect(() => appendToCommandFile(file, { shards: 'x'.repeat(1024 * 1024 + 1) })).toThrow('shards has 1048577 bytes')
  await expect(readFile(file)).rejects.toThrow('ENOENT')
})
