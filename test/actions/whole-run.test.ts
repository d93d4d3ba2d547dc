import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningActionsServices, startActionsServices } from '#cache-server/actions/start'
import { readStage } from '#files/stage-directory'
import { runForOutput } from '#process/run-command'
import { type FakeGithub, startFakeGithub } from '../fake-github/start.ts'
import { newState } from '../fake-github/state.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { throwawayFolder } from './throwaway-folder.ts'

const repository = 'octo/linux'
const workflow = '.github/workflows/kernel.yml'
const plan = `version: 1
name: tiny kernels
builds:
  - target-arch: x86_64
    kconfig: tinyconfig
    kconfig-add: [local.config]
    targets: [config, kernel]
    runtime: 'null'
`

let github: FakeGithub
let services: RunningActionsServices
let tree: string
let home: string

beforeAll(async () => {
  const folder = await throwawayFolder()
  // Artifacts by REST are the artifact service's own; everything else is the fake's.
  github = await startFakeGithub(newState(repository), (path) => services.service.owns(path))
  services = await startActionsServices({ directory: join(folder, 'services'), server: github.server })
  tree = await makeTinyTree(join(folder, 'tree'), { 'lkft.yaml': plan, 'local.config': 'CONFIG_LOCAL=y\n' })
  home = await throwawayFolder()
  await writeFile(join(home, '.gitconfig'), `[url "file://${tree}"]\n\tinsteadOf = https://github.com/${repository}\n`)
  await git('init', '--quiet')
})
afterAll(async () => {
  await services[Symbol.asyncDispose]()
  await github[Symbol.asyncDispose]()
})

test('plan, build and report of a push, then of a pull request that breaks the build, hand everything on by artifact', async () => {
  const good = await commit()
  const first = await workflowRun(1, good, 'push')
  expect(first.plan.stdout).not.toContain('::error')
  expect(first.plan.outputs).toMatchObject({ builds: '1' })
  expect(first.build).toMatchObject({ exitCode: 0, outputs: { artifact: 'lkft.build.x86_64-gcc-tinyconfig.a1' } })
  const build = await readStage('build', first.build.outputs['directory'] ?? '')
  expect(build.source.git?.commit).toBe(good)
  expect(build.kconfig.requested.map(({ symbol }) => symbol)).toEqual(['CONFIG_LOCAL'])
  expect(first.report).toMatchObject({ exitCode: 0, outputs: { verdict: 'first-run', 'comment-url': '' } })
  const pushed = { id: 1, headSha: good, event: 'push', path: workflow, headRepository: repository }
  github.state.runs.push({ ...pushed, artifacts: [] })

  await writeFile(join(tree, 'extra.mk'), 'vmlinux: broken\n')
  const bad = await commit()
  const { report } = await workflowRun(2, bad, 'pull_request')
  expect(report.outputs).toMatchObject({ verdict: 'regression', regressions: '1', artifact: 'lkft.report.all.a1' })
  expect(report.exitCode).toBe(1)
  const [comment] = github.state.comments
  expect(comment?.body).toContain('<!-- lkft report lkft -->')
  expect(comment?.body).toContain('x86_64-gcc-tinyconfig')
  expect(report.summary).toContain(good.slice(0, 12))
  expect(github.faults).toEqual([])

  await workflowRun(3, bad, 'pull_request')
  expect(github.state.comments).toHaveLength(1)
})

/** What the jobs of kernel-ci.yml did. */
interface JobRuns {
  readonly plan: ActionRun
  readonly build: ActionRun
  readonly report: ActionRun
}

/** Runs the jobs of kernel-ci.yml in their order. */
async function workflowRun(id: number, sha: string, event: 'push' | 'pull_request'): Promise<JobRuns> {
  const step = (action: string, inputs: Readonly<Record<string, string>>): Promise<ActionRun> =>
    jobStep(action, inputs, { id, sha, event })
  return {
    plan: await step('plan', { 'changed-paths': '', 'pack-source': 'true', upload: 'true' }),
    build: await step('build-kernel', { job: 'b1', upload: 'true', 'fail-on': 'infrastructure' }),
    report: await step('report', { 'use-plan': 'true', comment: 'true', upload: 'true' }),
  }
}

function jobStep(
  action: string,
  inputs: Readonly<Record<string, string>>,
  { id, sha, event }: { readonly id: number; readonly sha: string; readonly event: string },
): Promise<ActionRun> {
  const token = services.mint({ repository, runId: String(id), jobId: action, scopes: [] })
  const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'write' } as const
  github.state.tokens.set(token, { login: 'github-actions[bot]', isInstallation: true, permissions })
  const payload = {
    pull_request: {
      number: 7,
      head: { sha, ref: 'topic', repo: { full_name: repository } },
      base: { sha, ref: 'main' },
    },
  }
  return runAction({
    action,
    inputs: action === 'build-kernel' ? inputs : { token, ...inputs },
    event: { name: event, payload: event === 'push' ? {} : payload },
    environment: {
      ACTIONS_RESULTS_URL: `${github.url}/`,
      ACTIONS_RUNTIME_TOKEN: token,
      GITHUB_API_URL: github.url,
      GITHUB_RUN_ID: String(id),
      GITHUB_SHA: sha,
      HOME: home,
    },
  })
}

async function git(...args: readonly string[]): Promise<string> {
  return runForOutput({ argv: ['git', '-C', tree, ...args] })
}

/** Commits the tree's state and tells the fake GitHub of it. */
async function commit(): Promise<string> {
  await git('add', '.')
  await git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '--quiet', '-m', 'Change')
  const [sha = '', ...parents] = (await git('log', '-1', '--format=%H %P')).trim().split(/\s+/)
  github.state.commits.set(sha, { sha, parents })
  return sha
}
