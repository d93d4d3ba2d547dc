import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildSummary, readProblems } from '#github/build-summary'
import { changedInTree } from '#github/changed-in-tree'
import type { Build, Diagnostic } from '#schema/documents'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-summary-'))))
afterEach(async () => rm(folder, { recursive: true }))

const message = (text: string, level: Diagnostic['level'], file: string): Diagnostic => ({
  tool: 'gcc',
  level,
  file,
  line: 1,
  column: null,
  flag: null,
  message: text,
  target: 'default',
  count: 1,
})

test('errors come first, of each level what is new, then what is in changed files; notes are left out', async () => {
  const all = [
    message('old elsewhere', 'warning', 'a.c'),
    message('old in a changed file', 'warning', 'b.c'),
    message('new', 'warning', 'a.c'),
    message('a note', 'note', 'b.c'),
    message('an error', 'error', 'a.c'),
  ]
  const lines = (items: readonly Diagnostic[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('')
  await writeFile(join(folder, 'diagnostics.ndjson'), lines(all))
  await writeFile(join(folder, 'diagnostics-new.ndjson'), lines(all.slice(2, 3)))
  const found = await readProblems(folder, new Set(['b.c']))
  expect(found.map((each) => each.message)).toEqual(['an error', 'new', 'old in a changed file', 'old elsewhere'])
})

test('a build without messages has none', async () => {
  expect(await readProblems(folder)).toEqual([])
})

test('what a commit changed is known where its parent is', async () => {
  const git = (...words: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', '-C', folder, ...words])
  const { signal } = new AbortController()
  expect(await changedInTree(folder, signal)).toEqual(new Set())
  git('init', '--quiet')
  for (const name of ['one.c', 'two ü.c']) {
    await writeFile(join(folder, name), 'x')
    git('add', '.')
    git('-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message', name)
  }
  expect(await changedInTree(folder, signal)).toEqual(new Set(['two ü.c']))
})

test('the summary tells the difference to a baseline, and no name in it is markdown', () => {
  const build = {
    name: 'x',
    verdict: 'pass',
    source: { kernel_version: '6.1', kernel_release: null },
    compiler: null,
    request: { kconfig: 'tinyconfig', kconfig_add: [] },
    duration_seconds: 1,
    diagnostics: { errors: 0, warnings: 1 },
    cause: null,
    targets: [],
    reproduce: null,
    compiler_cache: { tool: 'ccache', hits: 3, misses: 1 },
    baseline: {
      name: 'main | <b>',
      diagnostics: { new: 2, fixed: 1 },
      sizes: [{ what: 'module a|b.ko', before: 10, after: 30 }],
    },
  } as unknown as Build
  const text = buildSummary(build, [])
  expect(text).toContain('| New, fixed messages | 2, 1 |')
  expect(text).toContain('3 hits, 1 misses')
  expect(text).toMatch(/\| .*module a.*b\.ko.* \| 10 \| 30 \| \+20 \|/)
  expect(text).toContain('`main ¦ <b>`')
})
