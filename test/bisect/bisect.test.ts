import { appendFile, copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand, runForOutput } from '#process/run-command'
import type { Bisect } from '#schema/documents'
import { brokenBuild } from '../support/broken-kernel.ts'
import { makeKernelTree } from '../support/kernel-tree.ts'

const lkft = resolve(import.meta.dirname, '../../bin/lkft')
const caseName = 'list_test_list_add'

let folder: string
const commits: string[] = []

/** Nine commits: the fifth, in the middle, does not build, the eighth breaks a KUnit case. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-bisect-e2e-'))
  const tree = await makeKernelTree(join(folder, 'tree'))
  const broken = await brokenBuild(caseName)
  await git('init', '--quiet', '-b', 'main')
  for (let at = 1; at <= 9; at++) {
    await writeFile(join(tree, 'notes'), `${at}\n`)
    if (at === 5 || at === 6) await writeFile(join(tree, 'kernel/broken.mk'), at === 5 ? 'vmlinux: broken\n' : '')
    if (at === 1) await appendFile(join(tree, 'extra.mk'), '-include $(CURDIR)/kernel/broken.mk\n')
    if (at === 8) await copyFile(join(broken, 'bzImage'), join(tree, 'prebuilt/bzImage'))
    await git('add', '--all', '--force')
    await git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '--quiet', '-m', `Change ${at}`)
    commits.push((await git('rev-parse', 'HEAD')).trim())
  }
})
afterAll(() => rm(folder, { recursive: true }))

function git(...args: readonly string[]): Promise<string> {
  return runForOutput({ argv: ['git', '-C', join(folder, 'tree'), ...args] })
}

test('lkft bisect names the commit that broke a KUnit case, past one that does not build', async () => {
  const out = join(folder, 'out')
  const argv: [string, ...string[]] = [
    lkft,
    'bisect',
    '--source',
    join(folder, 'tree'),
    '--good',
    commits[0] ?? '',
    '--bad',
    'main',
  ]
  const how = ['--test', `kunit/**${caseName}`, '-a', 'x86_64', '-k', 'tinyconfig', '--accel', 'tcg', '--lead', '1']
  const ended = await runCommand({ argv: [...argv, ...how, '--json', '-o', out] })
  if (ended.exitCode !== 1) throw new Error(ended.stderr)
  const record = JSON.parse(ended.stdout) as Bisect
  expect(record).toMatchObject({ state: 'done', verdict: 'found', first_bad: { sha: commits[7], title: 'Change 8' } })
  const middle = record.steps.find(({ commit }) => commit === commits[4])
  expect(middle).toMatchObject({ verdict: 'skip', reason: expect.stringContaining('does not build') as string })
  expect(record.steps.find(({ commit }) => commit === commits[7])?.reason).toContain(caseName)
  expect((await readdir(join(out, 'steps'))).length).toBe(record.steps.length)
})

test('lkft bisect --build-only names the commit that broke the build', async () => {
  const argv: [string, ...string[]] = [
    lkft,
    'bisect',
    '--source',
    join(folder, 'tree'),
    '--good',
    commits[0] ?? '',
    '--bad',
    commits[4] ?? '',
  ]
  const how = ['--build-only', '-a', 'x86_64', '-k', 'tinyconfig', '--lead', '1', '-o', join(folder, 'build-out')]
  const ended = await runCommand({ argv: [...argv, ...how] })
  expect(ended.stdout).toContain(`${commits[4]?.slice(0, 12)} Change 5`)
  expect(ended.exitCode).toBe(1)
})
