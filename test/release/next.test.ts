import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand, runForOutput } from '#process/run-command'
import { parse } from 'yaml'
import { throwawayFolder } from '../actions/throwaway-folder.ts'
import { repositoryOf } from '../runner/throwaway.ts'

const root = resolve(import.meta.dirname, '../..')

interface Workflow {
  readonly on: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly default: unknown }>> }>>
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>
}

test('a green commit of main is forced on next with the bundles, and kernel-ci.yml is started there', async () => {
  const folder = await throwawayFolder()
  const git = async (cwd: string, ...args: readonly string[]): Promise<string> =>
    (
      await runForOutput({ argv: ['git', '-C', cwd, '-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args] })
    ).trim()
  await using mainline = await repositoryOf({ Makefile: 'VERSION = 6\n' })
  const remote = join(folder, 'octo/lkft')
  await mkdir(remote, { recursive: true })
  await git(remote, 'init', '--quiet', '--bare', '-b', 'main')
  // A gh that only says what it was asked: there is no GitHub here.
  const bin = join(folder, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'gh'), `#!/bin/sh\nprintf '%s\\n' "$GH_TOKEN" "$@" > ${folder}/asked\n`, { mode: 0o755 })

  async function green(text: string): Promise<{ readonly sha: string; readonly stdout: string }> {
    const tested = join(folder, 'tested')
    await rm(tested, { recursive: true, force: true })
    await git(folder, 'clone', '--quiet', remote, 'tested')
    await cp(join(root, 'scripts/ci'), join(tested, 'scripts/ci'), { recursive: true })
    await writeFile(join(tested, '.gitignore'), 'dist\n')
    await writeFile(join(tested, 'source'), text)
    await git(tested, 'add', '.')
    await git(tested, 'commit', '--quiet', '-m', text)
    await git(tested, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main')
    return { sha: await git(tested, 'rev-parse', 'HEAD'), stdout: await finish(tested, text) }
  }
  async function finish(tested: string, text: string): Promise<string> {
    for (const place of ['actions/plan/dist', 'dashboard/dist']) {
      await mkdir(join(tested, place), { recursive: true })
      await writeFile(join(tested, place, 'index.js'), text)
    }
    const env = {
      PATH: `${bin}:${process.env['PATH']}`,
      GITHUB_SERVER_URL: `file://${folder}`,
      GITHUB_REPOSITORY: 'octo/lkft',
      GITHUB_SHA: await git(tested, 'rev-parse', 'HEAD'),
      TOKEN: 'a token',
      MAINLINE: `file://${mainline.folder}`,
    }
    const ended = await runCommand({ argv: ['sh', 'scripts/ci/push-next.sh'], cwd: tested, env })
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
    return ended.stdout
  }

  const first = await green('one')
  expect(await git(remote, 'rev-parse', 'next^')).toBe(first.sha)
  expect(await git(remote, 'show', 'next:actions/plan/dist/index.js')).toBe('one')
  const asked = `workflow run kernel-ci.yml --repo octo/lkft --ref next
--field plan=examples/minimal/lkft.yaml --field tree=file://${mainline.folder} --field tree-commit=${mainline.sha}`
  const words = (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')
  expect(words).toEqual(['a token'].concat(asked.split(/\s/)))
  const second = await green('two')
  expect(await git(remote, 'rev-parse', 'next^')).toBe(second.sha)
  // A slower run of the first commit leaves the branch alone.
  await git(folder, 'clone', '--quiet', remote, 'slow')
  await git(join(folder, 'slow'), 'checkout', '--quiet', '--detach', first.sha)
  expect(await finish(join(folder, 'slow'), 'late')).toContain(`main is at ${second.sha} already`)
  expect(await git(remote, 'rev-parse', 'next^')).toBe(second.sha)
}, 120_000)

test('ci.yml runs that script, and kernel-ci.yml can be started with what it gives', async () => {
  const read = async (name: string): Promise<Workflow> =>
    parse(await readFile(join(root, '.github/workflows', name), 'utf8'))
  const { jobs } = await read('ci.yml')
  expect(jobs['next']?.steps.at(-1)?.run).toBe('sh scripts/ci/push-next.sh')
  expect(jobs['next']).toMatchObject({ needs: 'test', permissions: { actions: 'write', contents: 'write' } })
  const { on } = await read('kernel-ci.yml')
  const inputs = Object.keys(on['workflow_dispatch']?.inputs ?? {})
  expect(inputs).toEqual(expect.arrayContaining(['plan', 'tree', 'tree-commit']))
  // What is started by hand means the same as what is called.
  for (const name of inputs) {
    const [called, started] = ['workflow_call', 'workflow_dispatch'].map((way) => on[way]?.inputs[name]?.default)
    expect(called).toBe(started)
  }
})
