import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readDurations } from '#plan/recorded-durations'

test('durations come from finished records wherever they are, the longest counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-durations-'))
  const write = async (name: string, content: unknown): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const run = (seconds: number, state = 'done') => ({
    state,
    environment: 'qemu-arm64',
    suites: [{ name: 'kunit', duration_seconds: seconds }],
  })
  try {
    await write('a/builds/x/build.json', { state: 'done', name: 'arm64-gcc-defconfig', duration_seconds: 600 })
    await write('a/runs/1/run.json', run(60))
    await write('b/run.json', run(90))
    await write('c/run.json', run(9000, 'cancelled'))
    await write('d/run.json', '{ cut off')
    const durations = await readDurations([folder])
    expect(durations.build('arm64-gcc-defconfig')).toBe(10)
    expect(durations.build('other')).toBeUndefined()
    expect(durations.suite('qemu-arm64', 'kunit')).toBe(1.5)
    expect(durations.suite('qemu-x86_64', 'kunit')).toBeUndefined()
  } finally {
    await rm(folder, { recursive: true })
  }
})
