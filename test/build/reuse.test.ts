import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import type { Build } from '#schema/documents'
import { podman, podmanEnvironment } from '../support/kernel-image.ts'
import { runLkft } from '../support/run-lkft.ts'
import { makeTinyImage } from '../support/tiny-image.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

const run = promisify(execFile)
const image = 'localhost/lkft-reuse:test'

let folder: string
let tree: string
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-reuse-'))
  tree = await makeTinyTree(join(folder, 'tree'))
  await git('init', '--quiet')
  await commit('first')
  env = await podmanEnvironment()
  await makeTinyImage(image, env, 'reuse')
})
afterAll(async () => {
  await podman(env, 'image', 'rm', '--force', image)
  await rm(folder, { recursive: true, force: true })
})

async function git(...words: string[]): Promise<void> {
  const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'commit.gpgsign=false']
  await run('git', [...identity, '-C', tree, ...words])
}

async function commit(message: string): Promise<void> {
  await git('add', '--all')
  await git('commit', '--quiet', '--message', message)
}

async function build(output: string, ...words: string[]): Promise<Build> {
  const base = ['build', '-C', tree, '-a', 'x86_64', '-k', 'tinyconfig', '-r', 'podman-local', '-i', image]
  const { code, stderr } = await runLkft(
    [...base, '-o', join(folder, output), '--reuse-dir', join(folder, 'store'), 'debugkernel', 'headers', ...words],
    { env },
  )
  if (code !== 0) throw new Error(stderr)
  return readStage('build', join(folder, output))
}

test('the same build comes from the store, every file as it was', async () => {
  const first = await build('first')
  expect(first.reused).toBeUndefined()
  const second = await build('second', '-j', '7', '--name', 'another')
  expect(second.reused?.built).toBe(first.finished)
  expect(second.name).toBe('another')
  expect(second.artifacts).toEqual(first.artifacts)
  for (const { name } of first.artifacts) {
    expect(await readFile(join(folder, 'second', name))).toEqual(await readFile(join(folder, 'first', name)))
  }
  expect((await readdir(join(folder, 'second'))).sort()).toEqual((await readdir(join(folder, 'first'))).sort())
})

test('a reused build is compared with its own baseline', async () => {
  const build2 = await build('compared', '--baseline', join(folder, 'first'), '--sarif')
  expect(build2.reused).toBeDefined()
  expect(build2.baseline).toMatchObject({ diagnostics: { new: 0, fixed: 0 }, sizes: [] })
  expect(build2.artifacts.map(({ name }) => name)).toContain('diagnostics.sarif')
  expect((await build('after-compared')).artifacts.map(({ name }) => name)).not.toContain('diagnostics.sarif')
})

test.each([
  ['another fragment', ['-K', 'CONFIG_A=y']],
  ['another target', ['kernel']],
  ['another date', ['--timestamp', '77']],
])('%s is another build', async (_what, words) => {
  expect((await build('other', ...words, '--reuse-read-only')).reused).toBeUndefined()
})

test('the order of fragments is part of the key', async () => {
  const [a, b] = [join(folder, 'a.config'), join(folder, 'b.config')]
  await writeFile(a, 'CONFIG_A=1\n')
  await writeFile(b, 'CONFIG_A=2\n')
  await build('order', '-K', a, '-K', b)
  expect((await build('order', '-K', b, '-K', a)).reused).toBeUndefined()
  expect((await build('order', '-K', a, '-K', b)).reused).toBeDefined()
})

test('a run that may only read keeps nothing', async () => {
  await build('read-only', '-K', 'CONFIG_B=1', '--reuse-read-only')
  expect((await build('read-only', '-K', 'CONFIG_B=1')).reused).toBeUndefined()
})

test('changed and untracked files have no key, another commit has another', async () => {
  await writeFile(join(tree, 'localversion-x'), '-x')
  expect((await build('untracked')).reused).toBeUndefined()
  await rm(join(tree, 'localversion-x'))
  await writeFile(join(tree, 'Kconfig'), 'config X86\n\tdef_bool y\n')
  expect((await build('dirty')).reused).toBeUndefined()
  await commit('second')
  expect((await build('second-commit')).reused).toBeUndefined()
  expect((await build('second-commit')).reused).toBeDefined()
})

test('a kept file with other bytes is not taken', async () => {
  const { reused } = await build('damaged')
  expect(reused).toBeDefined()
  await writeFile(join(folder, 'store', reused?.key ?? '', 'System.map'), 'pwned')
  expect((await build('damaged')).reused).toBeUndefined()
})
