import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand, runForOutput } from '#process/run-command'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { buildActions } from '../actions/built-actions.ts'

const root = resolve(import.meta.dirname, '../..')

let folder: string
beforeAll(async () => {
  // The same script makes dist/, which the package ships.
  await buildActions()
  folder = await mkdtemp(join(tmpdir(), 'lkft-npm-'))
  await runForOutput({ argv: ['npm', 'pack', '--silent', '--pack-destination', folder], cwd: root })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs npm or npx in the empty folder, as somebody who has Node 24 and no clone. */
function npm(...words: readonly [string, ...string[]]) {
  return runCommand({ argv: words, cwd: folder }, { timeoutMs: 500_000 })
}

test('the packed package installs into an empty folder, and its lkft builds', async () => {
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  const installed = await npm(
    ...(['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', `./${tarball}`] as const),
  )
  expect([installed.exitCode, installed.stderr]).toEqual([0, expect.not.stringContaining('ERR')])
  const shipped = await readdir(join(folder, 'node_modules/lkft'))
  expect(shipped.toSorted()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'schemas'])
  // Node refuses TypeScript below node_modules, so none may be shipped.
  const files = await readdir(join(folder, 'node_modules/lkft'), { recursive: true })
  expect(files.filter((file) => file.endsWith('.ts'))).toEqual([])

  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  expect(await npm('npx', 'lkft', '--version')).toMatchObject({ exitCode: 0, stdout: `${version}\n` })
  const help = await npm('npx', 'lkft', '--help')
  for (const command of ['build', 'boot', 'bisect', 'report']) expect(help.stdout).toContain(command)

  const tree = await makeTinyTree(join(folder, 'tree'))
  const words = ['--source', tree, '--target-arch', 'x86_64', '--kconfig', 'tinyconfig', '-o', 'out'] as const
  const built = await npm('npx', 'lkft', 'build', ...words, 'config', 'kernel')
  expect([built.exitCode, built.stderr]).toEqual([0, expect.any(String)])
  const record = JSON.parse(await readFile(join(folder, 'out/build.json'), 'utf8')) as object
  expect(record).toMatchObject({ state: 'done', verdict: 'pass' })
})
