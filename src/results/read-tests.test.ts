import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLineBatches } from '#results/read-lines'
import { readTests } from '#results/read-tests'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-read-tests-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(content: string | Uint8Array): Promise<string> {
  const file = join(folder, 'tests.ndjson')
  await writeFile(file, content)
  return file
}

describe('tests.ndjson', () => {
  test('gives the results in their order', async () => {
    const file = await write('{"suite":"a","test":"b","status":"pass"}\n\n{"suite":"a","test":"c","status":"fail"}\n')
    expect((await Array.fromAsync(readTests(file))).map((result) => result.test)).toEqual(['b', 'c'])
  })

  test.each([
    ['{"suite":"a","test":"b","status":"ok"}', ':1: /status: "ok" is not allowed; allowed: pass, fail, skip, xfail'],
    ['{"suite":"a","test":"b","status":"pass"}\n{"suite":"a"', ':2: not JSON'],
    ['{"suite":"a","test":"b","status":"pass"}\n[]', ':2: '],
  ])('names file and line of %s', async (content, message) => {
    const file = await write(content)
    await expect(Array.fromAsync(readTests(file))).rejects.toMatchObject({
      code: 'BAD_DOCUMENT',
      message: expect.stringContaining(`${file}${message}`),
    })
  })

  test('leaves out what a cut-off run did not finish, when allowed', async () => {
    const file = await write('{"suite":"a","test":"b","status":"pass"}\n{"suite":"a","te')
    expect(await Array.fromAsync(readTests(file, { allowCutOff: true }))).toHaveLength(1)
  })

  test('a file that is not there is one clear error', async () => {
    await expect(Array.fromAsync(readTests(join(folder, 'none')))).rejects.toMatchObject({ code: 'BAD_DOCUMENT' })
  })

  test('refuses a line of 10 MB instead of filling the memory', { timeout: 30_000 }, async () => {
    const file = await write(`{"suite":"${'a'.repeat(10 << 20)}`)
    await expect(Array.fromAsync(readTests(file))).rejects.toThrow(':1: the line is longer than')
  })

  test('lines are the same however the file is cut into reads', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\r', '"'), maxLength: 9 })),
        fc.integer({ min: 1, max: 7 }),
        async (lines, chunk) => {
          const file = await write(lines.map((line) => `${line}\n`).join(''))
          const read = (await Array.fromAsync(readLineBatches(file, chunk))).flatMap((batch) => batch.lines)
          expect(read).toEqual(lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)))
        },
      ),
      { numRuns: 50 },
    )
  })
})
