import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadBoard } from '#lab/load-board'

const folder = join(import.meta.dirname, '../../examples/boards')

test('every example board file follows the schema', async () => {
  const names = await readdir(folder)
  expect(names.length).toBeGreaterThan(2)
  for (const name of names) expect((await loadBoard(join(folder, name))).board.version).toBe(1)
})
