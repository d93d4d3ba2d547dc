import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '#errors/catalogue'

describe('the error catalogue', () => {
  it('is what docs/errors.md lists, code by code', async () => {
    const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d) \| (.+) \|$/gm)].map(([, code, exit, meaning]) => ({
      code,
      exit,
      meaning,
    }))
    const exits = { kernel: '1', caller: '2', infrastructure: '3' }
    const expected = Object.entries(errorCatalogue)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([code, { fault, meaning }]) => ({ code, exit: exits[fault], meaning }))
    expect(rows).toEqual(expected)
  })
})
