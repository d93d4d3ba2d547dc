import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SaxesParser } from 'saxes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toBuildTable } from '#results/repository/build-table'
import { writeFeed } from '#results/repository/feed'
import { storeBuild } from '#results/repository/store'
import { addResult, type ResultTable } from '#results/result-table'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-feed-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function push(number: number, status: 'pass' | 'fail'): Promise<void> {
  const results: ResultTable = new Map()
  addResult(results, 'x15', 'ltp', 'a<b>&', { kernel: 0, run: 0, status, message: undefined })
  const change = storeBuild({
    project: 'next',
    id: `b${number}`,
    created: `2026-11-0${number}T10:00:00.000Z`,
    branch: null,
    commit: null,
    kernel: `6.13-rc${number}`,
    counts: { pass: 1, fail: 0, skip: 0, xfail: 0 },
    environments: ['x15'],
    crashes: [{ signature: '0123456789abcdef', kind: 'oops', title: '<script>', environments: ['x15'], trace: [] }],
    table: toBuildTable(results),
  })
  for (const [path, content] of await change((name) => readFile(join(folder, name), 'utf8').catch(() => undefined))) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content ?? '')
  }
}

test('the newest builds come first, each with what fails since the one before', async () => {
  await push(1, 'pass')
  await push(2, 'fail')
  const file = join(folder, 'next.rss')
  expect(
    await writeFeed({ directory: folder, project: 'next', link: 'https://x.example/?a&b', builds: 5, file }),
  ).toEqual({ file, builds: 2 })
  const parser = new SaxesParser()
  const texts: string[] = []
  parser.on('text', (text) => texts.push(text.trim()))
  parser.write(await readFile(file, 'utf8')).close()
  expect(texts).toContain('6.13-rc2: 1 new failure')
  expect(texts.indexOf('6.13-rc2: 1 new failure')).toBeLessThan(texts.indexOf('6.13-rc1: nothing new fails'))
  expect(texts.find((text) => text.startsWith('1 passed') && text.includes('Fails now: ltp/a<b>&'))).toContain(
    'oops: <script>',
  )
})
