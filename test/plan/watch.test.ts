import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { checkDocument } from '#schema/validate'
import { type ThrowawayRepository, repositoryOf } from '../runner/throwaway.ts'
import { runLkft } from '../support/run-lkft.ts'

let mainline: ThrowawayRepository
let stable: ThrowawayRepository
let own: ThrowawayRepository
let plan: string

beforeAll(async () => {
  mainline = await repositoryOf({ Makefile: 'VERSION = 6\n' })
  stable = await repositoryOf({ Makefile: 'VERSION = 6\n' })
  await git(stable.folder, 'branch', 'linux-6.12.y')
  await git(stable.folder, 'branch', 'linux-6.6.y')
  own = await repositoryOf({ readme: 'ours' })
  plan = join(own.folder, 'lkft.yaml')
  const missing = `{ name: gone, url: 'file://${own.folder}/no-such-tree' }`
  await writeFile(plan, planOf(missing))
})
afterAll(async () => {
  for (const repository of [mainline, stable, own]) await repository?.[Symbol.asyncDispose]()
})

function planOf(more: string): string {
  return `version: 1
name: watched
trees:
  - { name: mainline, url: 'file://${mainline.folder}' }
  - { name: stable-rc, url: 'file://${stable.folder}', branches: 'linux-*.y', review-hours: 48 }
  - ${more}
builds:
  - { target-arch: x86_64, kconfig: tinyconfig }
`
}

function git(folder: string, ...args: readonly string[]): Promise<string> {
  return runForOutput({ argv: ['git', '-C', folder, ...args] })
}

interface Claim {
  readonly tree: string
  readonly branch: string
  readonly commit: string
  readonly due: string | null
}

async function poll(run: string): Promise<readonly Claim[]> {
  const ended = await runLkft(['watch', plan, '--state', `file://${own.folder}`, '--run', run, '--json'])
  expect(ended).toMatchObject({ code: 0 })
  expect(ended.stderr).toContain('gone: ')
  return JSON.parse(ended.stdout) as readonly Claim[]
}

test('polls of real remotes claim each new commit once, also when five of them meet', async () => {
  const dry = await runLkft(['watch', plan, '--state', own.folder, '--dry-run'])
  expect(dry.stdout).toContain(`new mainline main ${mainline.sha}`)
  // All at the same moment: whoever writes the ref first has the commits, the others read and have none.
  const crowd = await Promise.all(['1', '2', '3', '4', '5'].map(poll))
  const claims = crowd.flat().map(({ tree, branch }) => `${tree} ${branch}`)
  // The two stable branches are one commit, so one run.
  expect(claims.sort()).toEqual(['mainline main', 'stable-rc linux-6.12.y'])
  expect(await poll('6')).toEqual([])

  await git(stable.folder, 'checkout', '--quiet', 'linux-6.6.y')
  const next = await stable.commit('Linux 6.6.1-rc1')
  const before = Date.now()
  const [claim, ...others] = await poll('7')
  expect(others).toEqual([])
  expect(claim).toMatchObject({ tree: 'stable-rc', branch: 'linux-6.6.y', commit: next })
  const due = Date.parse(claim?.due ?? '')
  expect(due).toBeGreaterThanOrEqual(before + 48 * 3_600_000)
  expect(due).toBeLessThanOrEqual(Date.now() + 48 * 3_600_000)
  // The same run, repeated after it was cut off, gets the same again; no other does.
  expect(await poll('7')).toEqual([claim])
  expect(await poll('8')).toEqual([])

  const kept = await git(own.folder, 'show', 'refs/lkft/watch:watch.json')
  await checkDocument('watch', JSON.parse(kept), 'watch.json')
  expect(await git(own.folder, 'log', '--format=%s', '--all', '--', 'readme')).toBe('first\n')
}, 60_000)

test('a state that nobody may write, and a plan without trees, are told', async () => {
  const hook = join(own.folder, '.git/hooks/pre-receive')
  await writeFile(hook, '#!/bin/sh\necho closed >&2\nexit 1\n', { mode: 0o755 })
  await mainline.commit('another')
  const refused = await runLkft(['watch', plan, '--state', `file://${own.folder}`])
  expect(refused.code).toBe(3)
  expect(refused.stderr).toContain('refused the claim 5 times')
  const text = await readFile(plan, 'utf8')
  await writeFile(plan, text.replace(/trees:\n(?: {2}- .*\n)*/, ''))
  const none = await runLkft(['watch', plan])
  expect(none).toMatchObject({ code: 2 })
  expect(none.stderr).toContain("has no 'trees' to watch")
}, 60_000)
