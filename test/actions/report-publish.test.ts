import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { results, writeBuild, writeRun } from '#report/sample-stages'
import { type FakeGithub, startFakeGithub } from '../fake-github/start.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { throwawayFolder } from './throwaway-folder.ts'

let github: FakeGithub
beforeEach(async () => {
  github = await startFakeGithub()
  const permissions = { contents: 'write', checks: 'write', issues: 'write' } as const
  github.state.tokens.set('bot', { login: 'github-actions[bot]', isInstallation: true, permissions })
})
afterEach(async () => {
  const faults = [...github.faults]
  await github[Symbol.asyncDispose]()
  if (faults.length > 0) throw new Error(`the fake answered what GitHub would not: ${faults.join('; ')}`)
})

function report(current: string, inputs: Readonly<Record<string, string>>, payload: object = {}): Promise<ActionRun> {
  const name = 'pull_request' in payload ? 'pull_request' : 'push'
  const where = { 'results-repository': 'github:octo/linux', 'results-project': 'next' }
  const asked = { check: 'true', issues: 'true', 'push-results': 'true', baseline: 'results@previous' }
  return runAction({
    action: 'report',
    inputs: { token: 'bot', current, ...where, ...asked, ...inputs },
    event: { name, payload },
    environment: { GITHUB_API_URL: github.url },
  })
}

async function runs(status: string, release: string): Promise<string> {
  const folder = await throwawayFolder()
  const kernel = { release, file: 'bzImage', sha256: null, build: null, commit: null }
  await writeRun(join(folder, 'run'), results(`kunit/list ${status}`, 'kunit/time pass'), { kernel })
  await writeBuild(join(folder, 'build'), [])
  return folder
}

test('keeps results in a branch, compares with them, writes checks, opens an issue and closes it', async () => {
  const first = await report(await runs('pass', '6.12.1'), {})
  expect(first.stdout).not.toContain('::error')
  expect(first).toMatchObject({ exitCode: 0, outputs: { verdict: 'first-run' } })
  const broken = await report(await runs('fail', '6.12.2'), {})
  expect(broken).toMatchObject({ exitCode: 1, outputs: { verdict: 'regression', regressions: '1' } })
  expect(broken.outputs['opened-issues']).toContain('/issues/1000')
  const mended = await report(await runs('pass', '6.12.3'), {})
  expect(mended).toMatchObject({ exitCode: 0, outputs: { fixes: '1', 'opened-issues': '' } })
  expect(github.state.checks.map(({ conclusion }) => conclusion)).toEqual(['neutral', 'failure', 'success'])
  expect(github.state.issues).toMatchObject([{ title: 'Test regression: kunit/list', state: 'closed' }])
  expect([...github.state.git.commits.values()]).toHaveLength(3)
})

test('a pull request opens no issue and adds no results; a fork writes nothing at all', async () => {
  const current = await runs('fail', '6.12.2')
  const pull = (repository: string) => ({
    pull_request: {
      number: 7,
      head: { sha: 'e'.repeat(40), ref: 'topic', repo: { full_name: repository } },
      base: { sha: 'd'.repeat(40), ref: 'main' },
    },
  })
  await report(current, { baseline: 'none' }, pull('octo/linux'))
  expect(github.state.checks).toMatchObject([{ headSha: 'e'.repeat(40) }])
  expect(github.state.git.refs.size + github.state.issues.length).toBe(0)
  const calls = github.state.calls.length
  await report(current, { baseline: 'none' }, pull('evil/linux'))
  expect(github.state.calls).toHaveLength(calls)
})
