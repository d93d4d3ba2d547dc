import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import type { BuildGroup } from '#github/shard-groups'
import { runAction } from './run-action.ts'
import { throwawayFolder } from './throwaway-folder.ts'

const plan = `version: 1
name: two kernels
builds:
  - target-arch: [x86_64, arm64]
    kconfig: defconfig
    kconfig-add: [debug.config]
boots:
  - device: [qemu-x86_64, qemu-arm64]
    suites: [boot]
`

test('the plan action gives a matrix with the runs of each build, and jobs.json', async () => {
  const workspace = await checkout({ 'lkft.yaml': plan, 'debug.config': 'CONFIG_DEBUG_INFO=y\n' })
  const run = await runAction({ action: 'plan', inputs: { source: workspace, 'changed-paths': '' } })
  expect(run.stdout + run.stderr).not.toContain('::error')
  expect(run.exitCode).toBe(0)
  expect(run.outputs).toMatchObject({ name: 'two kernels', builds: '2', boots: '2', labs: '0', 'late-shards': '[]' })
  const [shard] = JSON.parse(run.outputs['shards'] ?? '') as [{ shard: string; groups: string }]
  const groups = JSON.parse(shard.groups) as BuildGroup[]
  expect(groups.map(({ name, boots }) => [name, boots.map((boot) => boot.build)])).toEqual([
    ['x86_64-gcc-defconfig', ['x86_64-gcc-defconfig']],
    ['arm64-gcc-defconfig', ['arm64-gcc-defconfig']],
  ])
  const folder = run.outputs['directory'] ?? ''
  const jobs = JSON.parse(await readFile(join(folder, 'jobs.json'), 'utf8'))
  expect(jobs.builds).toHaveLength(2)
  expect(await readFile(join(folder, 'files/debug.config'), 'utf8')).toBe('CONFIG_DEBUG_INFO=y\n')
  expect(run.summary).toContain('two kernels')
})

test('only what the changed paths can affect is planned', async () => {
  const workspace = await checkout({ 'lkft.yaml': plan })
  const inputs = { source: workspace, 'changed-paths': 'arch/arm64/mm/fault.c' }
  const run = await runAction({ action: 'plan', inputs })
  expect(run.outputs).toMatchObject({ builds: '1', boots: '1' })
  const none = await runAction({ action: 'plan', inputs: { source: workspace, 'changed-paths': 'MAINTAINERS' } })
  expect(none.outputs).toMatchObject({ builds: '0', shards: '[]' })
})

test('without a checkout the plan action fetches exactly the tested commit', async () => {
  const origin = await checkout({ 'lkft.yaml': plan })
  const git = (...args: string[]): Promise<string> => runForOutput({ argv: ['git', '-C', origin, ...args] })
  await git('init', '--quiet')
  await git('add', '.')
  await git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '--quiet', '-m', 'Add a plan')
  const commit = (await git('rev-parse', 'HEAD')).trim()
  await writeFile(join(origin, 'lkft.yaml'), 'a later state')
  const home = await throwawayFolder()
  await writeFile(join(home, '.gitconfig'), `[url "file://${origin}"]\n\tinsteadOf = https://github.com/octo/linux\n`)
  const run = await runAction({
    action: 'plan',
    inputs: { 'changed-paths': '', token: 'ghs_secret' },
    environment: { GITHUB_SHA: commit, HOME: home },
  })
  expect(run.outputs).toMatchObject({ builds: '2' })
  expect(run.stdout).toContain('::add-mask::ghs_secret')
  expect(run.stdout.replace('::add-mask::ghs_secret', '')).not.toMatch(/ghs_secret|Z2hzX3NlY3JldA/)
})

test('a wrong plan is one error that names file, line, field and the nearest name', async () => {
  const workspace = await checkout({ 'lkft.yaml': plan.replace('arm64]', 'arm46]') })
  const run = await runAction({ action: 'plan', inputs: { source: workspace, 'changed-paths': '' } })
  expect(run.exitCode).toBe(2)
  expect(run.outputs).toEqual({ verdict: 'error', 'exit-code': '2' })
  expect(run.stdout).toMatch(/::error::.*lkft\.yaml:4.*arm46.*arm64/)
  expect(run.stdout).not.toMatch(/at .*index\.js/)
})

async function checkout(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await throwawayFolder()
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}
