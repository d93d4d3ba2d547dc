import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runCommand, runForOutput } from '#process/run-command'
import { buildActions } from '../actions/built-actions.ts'
import { Host } from '../runner/host.ts'
import { runWorkflow } from '../runner/run-workflow.ts'
import { repositoryOf } from '../runner/throwaway.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

const root = resolve(import.meta.dirname, '../..')
const actions = ['bisect', 'boot-lab', 'boot-virtual', 'build-kernel', 'plan', 'report', 'watch']

let folder: string
let version: string
beforeAll(async () => {
  await buildActions()
  version = (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }).version
  folder = await mkdtemp(join(tmpdir(), 'lkft-release-test-'))
  for (const name of [...actions, 'sources'])
    await git(folder, 'init', '--quiet', '--bare', '-b', 'main', `${name}.git`)
  await git(root, 'push', '--quiet', `file://${folder}/sources.git`, 'HEAD:refs/heads/main')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function git(cwd: string, ...args: readonly string[]): Promise<string> {
  return runForOutput({ argv: ['git', ...args], cwd })
}

/** Runs the release as release.yml does, against the local remotes. */
async function release(...more: readonly string[]) {
  const argv = [
    process.execPath,
    join(root, 'scripts/release/main.ts'),
    '--version',
    version,
    '--repository',
    `file://${folder}/sources.git`,
    '--distribution',
    `file://${folder}/{name}.git`,
    ...more,
  ] as const
  return runCommand({ argv, cwd: root })
}

async function refs(name: string): Promise<string[]> {
  const listed = await runCommand({ argv: ['git', '-C', join(folder, `${name}.git`), 'show-ref'] })
  return listed.stdout.split('\n').filter((line) => line !== '')
}

// Tens of megabytes of bundles are packed and pushed.
vi.setConfig({ testTimeout: 900_000 })

test('a dry run says what it would do and pushes nothing', async () => {
  const ended = await release('--dry-run')
  expect(ended.stderr).toBe('')
  expect(ended.stdout.match(new RegExp(`: v${version} [0-9a-f]{40}, v\\d+ moves`, 'g'))).toHaveLength(
    actions.length + 1,
  )
  expect(await refs('build-kernel')).toEqual([])
})

test('a release gives every action its repository; a stranger runs lkft/build-kernel@v<major> from it', async () => {
  const ended = await release()
  expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
  const major = `v${version.split('.', 1)[0]}`
  for (const name of actions) {
    const bare = join(folder, `${name}.git`)
    expect((await git(bare, 'ls-tree', '--name-only', major)).trim().split('\n')).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY-LICENSES.txt',
      'action.yml',
      'dist',
    ])
    const [tagged, tip] = [await git(bare, 'rev-parse', `v${version}`), await git(bare, 'rev-parse', 'main')]
    expect([tip, await git(bare, 'rev-parse', major)]).toEqual([tagged, tagged])
    expect(await git(bare, 'show', `${major}:README.md`)).not.toMatch(/\]\(\.\.?\//)
  }
  const sources = join(folder, 'sources.git')
  expect(await git(sources, 'rev-parse', `${major}^`)).toBe(await git(sources, 'rev-parse', 'main'))
  expect(await git(sources, 'ls-tree', '--name-only', `${major}:actions/plan`)).toContain('dist')
  await useRelease(major)
})

/** A workflow of somebody else that builds a tiny tree with the released action. */
async function useRelease(major: string): Promise<void> {
  const path = '.github/workflows/kernel.yml'
  await using tree = await repositoryOf({
    [path]: `on: push
permissions: { contents: read }
jobs:
  build:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - id: build
        uses: lkft/build-kernel@${major}
        with: { target-arch: x86_64, kconfig: tinyconfig, runtime: 'null', targets: config kernel }
      - run: test -f "$DIRECTORY/build.json" && echo "released $VERDICT"
        env:
          DIRECTORY: \${{ steps.build.outputs.directory }}
          VERDICT: \${{ steps.build.outputs.verdict }}
`,
  })
  await makeTinyTree(tree.folder)
  const sha = await tree.commit('Add a tree')
  const host = new Host({
    repositories: { 'octo/linux': tree.folder, 'lkft/build-kernel': join(folder, 'build-kernel.git') },
    workDirectory: join(folder, 'work'),
    prefill: tree.folder,
  })
  const event = { name: 'push', payload: {}, ref: 'refs/heads/main', sha }
  const result = await runWorkflow(host, { repository: 'octo/linux', path, event })
  const [job] = result.jobs
  expect([result.conclusion, ...(job?.log.slice(-40) ?? [])].join('\n')).toMatch(/^success/)
  expect(job?.log).toContain('released pass')
}

test('releasing again changes nothing; other files under the same version are refused', async () => {
  const before = await refs('plan')
  const head = (await git(root, 'rev-parse', 'HEAD')).trim()
  const own = await git(root, 'rev-list', '--count', head)
  const again = await release()
  // Nothing of a release stays in the repository that it is made from.
  expect(await git(root, 'rev-list', '--count', head)).toBe(own)
  expect(again).toMatchObject({ exitCode: 0 })
  expect(again.stdout).toContain(`plan: v${version}`)
  expect(again.stdout.match(/ is there/g)).toHaveLength(actions.length + 1)
  expect(await refs('plan')).toEqual(before)
  const bare = join(folder, 'report.git')
  const empty = (await git(bare, 'hash-object', '-t', 'tree', '-w', '/dev/null')).trim()
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.org']
  const other = (await git(bare, ...who, 'commit-tree', empty, '-m', 'other')).trim()
  await git(bare, 'update-ref', `refs/tags/v${version}`, other)
  const refused = await release()
  expect(refused.exitCode).toBe(1)
  expect(refused.stderr).toContain(`report has v${version} already, with other files`)
})
