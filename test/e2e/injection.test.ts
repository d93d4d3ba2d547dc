import { glob } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatArtifactName } from '#github/artifact-names'
import { runForOutput } from '#process/run-command'
import { runFiles } from '../runner/run-files.ts'
import { runWorkflow } from '../runner/run-workflow.ts'
import type { WorkflowResult } from '../runner/result.ts'
import { type ThrowawayRepository, repositoryOf } from '../runner/throwaway.ts'
import { proseOf } from '../support/markdown-prose.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { carelessCallers } from './careless-callers.ts'
import { type Hostile, listForged, makeHostile } from './hostile-values.ts'
import { type LocalGithub, startLocalGithub } from './local-github.ts'
import { commitProduct, type ProductCommit } from './product-commit.ts'

let hostile: Hostile
let product: ProductCommit
let tree: ThrowawayRepository
let foreign: ThrowawayRepository
let uploader: ThrowawayRepository
let github: LocalGithub

beforeAll(async () => {
  hostile = await makeHostile()
  product = await commitProduct()
  tree = await repositoryOf({ 'lkft.yaml': plan(), ...carelessCallers(product.sha) })
  await git(tree, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  await makeTinyTree(tree.folder, {
    'said.txt': hostile.text('build-output'),
    'extra.mk':
      'vmlinux: said\nsaid:\n\t@sed "s/^/kernel\\/fork.c:1:1: warning: /" $(CURDIR)/said.txt >&2; cat $(CURDIR)/said.txt\n',
  })
  foreign = await repositoryOf({ notes: 'first' })
  await git(foreign, 'checkout', '--quiet', '-b', hostile.ref('foreign-branch'))
  await commitAs(foreign, hostile.text('foreign-message'), 'someone')
  uploader = await repositoryOf({
    'action.yml': 'name: upload\ninputs: { name: {} }\nruns: { using: node24, main: index.mjs }\n',
    'index.mjs': `import { writeFileSync } from 'node:fs'
      const { default: client } = await import('${import.meta.resolve('@actions/artifact')}')
      writeFileSync('notes', 'x')
      await client.uploadArtifact(process.env.INPUT_NAME, ['notes'], '.')`,
  })
  github = await startLocalGithub({
    'octo/linux': tree.folder,
    'foreign/linux': foreign.folder,
    'evil/upload': uploader.folder,
    'lkft/lkft': product.folder,
  })
})
afterAll(async () => {
  await github?.[Symbol.asyncDispose]()
  for (const one of [tree, foreign, uploader, product, hostile]) await one?.[Symbol.asyncDispose]()
})

const plan = (): string => `version: 1
name: ${JSON.stringify(hostile.text('plan-name'))}
trees:
  - { name: foreign, url: 'https://github.com/foreign/linux', branches: '*' }
builds:
  - target-arch: x86_64
    kconfig: tinyconfig
    targets: [config, kernel]
    per-commit: true
    make-variables: { KCFLAGS: ${JSON.stringify(
      hostile
        .text('make-variable')
        .replaceAll('\n', ' ')
        .replaceAll(/\p{Cf}/gu, ''),
    )} }
`

function git(repository: ThrowawayRepository, ...args: readonly string[]): Promise<string> {
  return runForOutput({ argv: ['git', '-C', repository.folder, ...args] })
}

function run(name: string, event: string, payload: object, ref: string, sha: string): Promise<WorkflowResult> {
  const path = `.github/workflows/${name}.yml`
  const all = { name: event, payload: payload as Readonly<Record<string, unknown>>, ref, sha }
  return runWorkflow(github.host, { repository: 'octo/linux', path, event: all })
}

/** Shows that a run executed, forged and rendered nothing of what it was given. */
async function expectHarmless(result: WorkflowResult, jobs: readonly string[]): Promise<void> {
  const ran = result.jobs.filter((job) => job.steps.length > 0).map(({ id }) => id.split(' / ').at(-1))
  for (const job of jobs) expect(ran).toContain(job)
  expect(await hostile.executed()).toEqual([])
  const relative = await Array.fromAsync(glob('**/lkft-executed', { cwd: github.folder }))
  expect(relative).toEqual([])
  expect(listForged(result)).toEqual([])
  const summaries = result.jobs.flatMap((job) => job.steps.map((step) => step.summary))
  for (const markdown of [...summaries, ...github.rest.state.comments.map(({ body }) => body)]) {
    expect(proseOf(markdown)).not.toMatch(
      /octo\/everyone|<img|evil\.example|onerror|[\u202a-\u202e\u2066-\u2069\u200b]/,
    )
    expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/)
  }
}

/** A pull request of this repository: its comment is written. */
const repo = { full_name: 'octo/linux' }

test('in a careless workflow the same values are executed and forge commands', async () => {
  const careless = `on: pull_request
jobs:
  a:
    runs-on: x
    steps:
      - { run: 'true \${{ github.event.pull_request.title }}', continue-on-error: true }
      - { run: 'true \${{ github.head_ref }}', continue-on-error: true }
      - { run: 'printf %s "$SAID"', env: { SAID: '\${{ github.event.pull_request.body }}' } }
`
  const pull_request = {
    title: hostile.text('title'),
    body: hostile.text('body'),
    head: { ref: hostile.ref('head-ref'), repo: { full_name: 'octo/kernel' } },
  }
  const result = await runFiles({ files: careless, event: { name: 'pull_request', payload: { pull_request } } })
  expect(await hostile.executed()).toEqual(['head-ref', 'title'])
  expect(listForged(result)).toContainEqual(expect.stringContaining('forged body'))
})

test('a pull request with everything hostile that it can bring is built, told and commented as text', async () => {
  const base = await tree.commit('Base')
  const head = await commitAs(tree, hostile.text('commit-message'), hostile.text('author').replaceAll(/[\n<>]/g, ' '))
  github.rest.state.commits.set(head, { sha: head, parents: [base] })
  github.rest.state.pulls.push({ number: 7, headSha: head, headRepository: 'octo/linux', files: ['lib/one.c'] })
  const scope = hostile.ref('head-ref')
  const named = formatArtifactName({ scope, kind: 'plan', id: 'all', attempt: 1 })
  const prefix = named.slice(0, -'.plan.all.a1'.length)
  const pull_request = {
    number: 7,
    title: hostile.text('title'),
    body: hostile.text('body'),
    commits: 1,
    labels: [{ name: hostile.text('label') }],
    user: { login: hostile.text('login') },
    head: { sha: head, ref: scope, label: hostile.text('head-label'), repo },
    base: { sha: base, ref: hostile.ref('base-ref'), repo },
  }
  const artifacts = ['$(touch lkft-executed)', '`touch lkft-executed`;touch lkft-executed', '@octo', '..'].flatMap(
    (name) => [`${prefix}.records.${name}.a1`, `${prefix}.source.${name}.a1`],
  )
  const payload = { action: 'opened', number: 7, pull_request, artifacts: JSON.stringify(artifacts) }
  const result = await run('pull', 'pull_request', payload, 'refs/pull/7/merge', head)
  await expectHarmless(result, ['plan', 'build', 'commits', 'report'])
  // It came that far with the values in it, so what is shown above was shown of them.
  const summaries = result.jobs.flatMap((job) => job.steps.map((step) => step.summary))
  const said = [...result.jobs.flatMap((job) => job.log), ...summaries].join('\n')
  for (const context of ['build-output', 'make-variable', 'commit-message', 'title']) expect(said).toContain(context)
  const [comment] = github.rest.state.comments
  expect(comment?.body).toContain('`x86_64-gcc-tinyconfig`')
  expect(github.rest.faults).toEqual([])
})

test.each([
  ['tag', 'push', (): object => ({ head_commit: { message: hostile.text('message') } }), 'plan'],
  [
    'dispatch',
    'workflow_dispatch',
    (): object => ({
      inputs: { good: hostile.text('good'), test: hostile.text('test'), config: hostile.text('config') },
    }),
    'bisect',
  ],
  [
    'fork',
    'workflow_run',
    (): object => ({
      workflow_run: {
        id: 5,
        run_attempt: 1,
        name: 'pull',
        event: 'pull_request',
        display_title: hostile.text('display-title'),
        head_branch: hostile.ref('fork-branch'),
        head_sha: 'e'.repeat(40),
        head_commit: { message: hostile.text('fork-message'), author: { name: hostile.text('fork-author') } },
        head_repository: { full_name: `evil/${hostile.text('repository')}` },
      },
    }),
    'comment',
  ],
] as const)('%s names and inputs that are no good are told as text', async (name, event, payload, job) => {
  const ref = `refs/tags/${hostile.ref('tag')}`
  const result = await run(name, event, payload(), ref, tree.sha)
  expect(result.conclusion).toBe('failure')
  await expectHarmless(result, [job])
})

test('a foreign branch of a hostile name is a cell of the matrix, and no more', async () => {
  const result = await run('watch', 'schedule', {}, 'refs/heads/main', tree.sha)
  await expectHarmless(result, ['poll', 'plan'])
  const poll = result.jobs.find(({ id }) => id.endsWith('poll'))
  expect(poll?.outputs['commits']).toContain('foreign-branch')
})

async function commitAs({ folder }: ThrowawayRepository, message: string, author: string): Promise<string> {
  const who = ['-c', `user.name=${author}`, '-c', `user.email=${author.replaceAll(' ', '')}`]
  const as = (...args: readonly string[]): Promise<string> =>
    runForOutput({ argv: ['git', '-C', folder, ...who, ...args] })
  await as('commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '-m', message)
  return (await as('rev-parse', 'HEAD')).trim()
}
