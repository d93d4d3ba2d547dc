import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { writeOutputs } from '#github/write-outputs'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-outputs-'))
  file = join(folder, 'output')
  await writeFile(file, '')
  vi.stubEnv('GITHUB_OUTPUT', file)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test('a value cannot end its own part and add another', async () => {
  writeOutputs({ name: 'x\nghadelimiter_1\nverdict<<y\npass\ny', verdict: 'fail' })
  const lines = (await readFile(file, 'utf8')).split('\n')
  const [, delimiter = ''] = /^name<<(ghadelimiter_[0-9a-f-]{36})$/.exec(lines[0] ?? '') ?? []
  expect(lines.filter((line) => line === delimiter)).toHaveLength(1)
  expect(lines.indexOf(delimiter)).toBe(6)
  expect(lines[7]).toMatch(/^verdict<</)
})

test('a value that GitHub would refuse is refused here, before it is written', async () => {
  expect(() => writeOutputs({ shards: 'x'.repeat(1024 * 1024 + 1) })).toThrow('shards has 1048577 bytes')
  expect(await readFile(file, 'utf8')).toBe('')
})
