import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningActionsServices, startActionsServices } from '#cache-server/actions/start'
import { runForOutput } from '#process/run-command'
import type { Report } from '#schema/documents'
import { type FakeGithub, startFakeGithub } from '../fake-github/start.ts'
import { newState } from '../fake-github/state.ts'
import { proseOf } from '../support/markdown-prose.ts'
import { buildActions } from './built-actions.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { throwawayFolder } from './throwaway-folder.ts'

const repository = 'octo/linux'
const headSha = 'e'.repeat(40)
const root = join(import.meta.dirname, '../..')

let github: FakeGithub
let services: RunningActionsServices
beforeEach(async () => {
  github = await startFakeGithub(newState(repository), (path) => services.service.owns(path))
  const directory = await throwawayFolder()
  services = await startActionsServices({ directory, server: github.server })
  github.state.pulls.push({ number: 7, headSha, headRepository: 'evil/linux', files: [] })
  github.state.pulls.push({ number: 8, headSha: 'f'.repeat(40), headRepository: 'octo/linux', files: [] })
})
afterEach(async () => {
  await services[Symbol.asyncDispose]()
  await github[Symbol.asyncDispose]()
})

test("a fork's report becomes a labelled comment on its own pull request", async () => {
  await uploadAsFork({ 'report.json': report('all well'), 'pull-request.json': { number: 7, head_sha: headSha } })
  const run = await comment()
  expect(run.stdout).not.toContain('::error')
  expect(run.exitCode).toBe(0)
  const [written] = github.state.comments
  expect(written?.issue).toBe(7)
  expect(written?.body).toContain("Results of a fork's own run, not verified by this repository.")
  expect(github.faults).toEqual([])
})

test("a fork cannot comment on somebody else's pull request by naming its number", async () => {
  await uploadAsFork({ 'report.json': report('x'), 'pull-request.json': { number: 8, head_sha: headSha } })
  const run = await comment()
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: 'skipped' } })
  expect(run.stdout).toContain('which is not the head of pull request 8')
  expect(github.state.comments).toEqual([])
})

test.each([
  ['no JSON', { 'report.json': '{' }, 'report.json in it is no JSON'],
  ['a report that breaks the schema', { 'report.json': { verdict: '<script>' } }, 'BAD_DOCUMENT'],
  ['no pull request', { 'pull-request.json': { number: '7; rm -rf /' } }, 'names no pull request'],
  ['a member of 17 MB that compresses to nothing', { 'report.json': ' '.repeat(17 << 20) }, 'more than 16777216 bytes'],
])('an artifact that holds %s is refused', async (_name, files, message) => {
  await uploadAsFork({ 'report.json': report('x'), 'pull-request.json': { number: 7 }, ...files })
  const run = await comment()
  expect(run.exitCode).toBe(2)
  expect(run.stdout).toContain(message)
  expect(github.state.comments).toEqual([])
})

test('what a fork calls its tests stays text in the comment', async () => {
  const hostile = '`</details> @octo/maintainers <img src=x onerror=alert(1)> [x](https://evil.example) $(touch x)'
  await uploadAsFork({ 'report.json': report(hostile), 'pull-request.json': { number: 7 } })
  await comment()
  const body = github.state.comments[0]?.body ?? ''
  expect(body).toContain('octo/maintainers')
  const outsideCode = proseOf(body)
  expect(outsideCode).toContain('1 regression')
  expect(outsideCode).not.toMatch(/octo\/maintainers|<img|evil\.example/)
})

/** Runs the action as report-fork.yml does, with this repository's rights. */
function comment(): Promise<ActionRun> {
  const token = services.mint({ repository, runId: '99', jobId: 'comment', scopes: [] })
  const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'write' } as const
  github.state.tokens.set(token, { login: 'github-actions[bot]', isInstallation: true, permissions })
  const workflow_run = {
    id: 5,
    run_attempt: 1,
    event: 'pull_request',
    head_sha: headSha,
    head_repository: { full_name: 'evil/linux' },
  }
  return runAction({
    action: 'report',
    inputs: { token, 'fork-run': 'true' },
    event: { name: 'workflow_run', payload: { workflow_run } },
    environment: { GITHUB_API_URL: github.url, GITHUB_RUN_ID: '99' },
  })
}

/** What the fork's run left: the artifact of its report, with whatever the fork likes in it. */
async function uploadAsFork(files: Readonly<Record<string, unknown>>): Promise<void> {
  await buildActions()
  const folder = join(await throwawayFolder(), 'report')
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const token = services.mint({ repository, runId: '5', jobId: 'report', scopes: [] })
  const script = `const { default: client } = await import('@actions/artifact')
    const { readdirSync } = await import('node:fs')
    const files = readdirSync(process.argv[1]).map((name) => process.argv[1] + '/' + name)
    await client.uploadArtifact('lkft.report.all.a1', files, process.argv[1])`
  const env = { ACTIONS_RESULTS_URL: `${github.url}/`, ACTIONS_RUNTIME_TOKEN: token, GITHUB_RUN_ID: '5' }
  const argv = [process.execPath, '--input-type=module', '-e', script, folder] as const
  await runForOutput({ argv, cwd: root, env })
}

/** A valid report with one regression of that name. */
function report(name: string): Report {
  const counts = { pass: 0, fail: 1, skip: 0, xfail: 0 }
  const side = { name: 'x', kernel: null, runs: 1, builds: 0 }
  return {
    version: 1,
    kind: 'report',
    title: 'Kernel test report',
    verdict: 'regression',
    summary: '1 regression.',
    created: '2026-01-01T00:00:00Z',
    baseline: side,
    current: side,
    totals: { tests: 1, ...counts, regressions: 1, fixes: 0 },
    environments: [],
    builds: [],
    build_changes: [],
    changes: [
      {
        class: 'regression',
        environments: ['qemu-x86_64'],
        suite: 'kunit',
        test: name,
        before: 'pass',
        after: 'fail',
        message: name,
        known_issue: null,
        reproduce: null,
        evidence: 'passed in 1 of 1 baseline runs, failed in 1 of 1 now',
      },
    ],
    crash_changes: [],
    diagnostics: [],
    missing: [],
    notes: [],
    lkft: { version: '0.1.0' },
  }
}
