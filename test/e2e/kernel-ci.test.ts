import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { brokenBuild } from '../support/broken-kernel.ts'
import { makeKernelTree } from '../support/kernel-tree.ts'
import { type ThrowawayRepository, repositoryOf } from '../runner/throwaway.ts'
import { runWorkflow } from '../runner/run-workflow.ts'
import type { WorkflowResult } from '../runner/result.ts'
import { type LocalGithub, startLocalGithub } from './local-github.ts'
import { commitProduct, type ProductCommit } from './product-commit.ts'

const caseName = 'list_test_list_add'
const path = '.github/workflows/ci.yml'

const plan = `version: 1
name: tiny
builds:
  - target-arch: x86_64
    kconfig: tinyconfig
    targets: [config, kernel]
boots:
  - device: qemu-x86_64
    suites: [boot, kunit]
`

const caller = (sha: string): string => `name: CI
on: [push, pull_request]
permissions: { contents: read, actions: read, pull-requests: write }
jobs:
  lkft:
    uses: lkft/lkft/.github/workflows/kernel-ci.yml@${sha}
`

let product: ProductCommit
let tree: ThrowawayRepository
let github: LocalGithub
const log: string[] = []

beforeAll(async () => {
  product = await commitProduct()
  tree = await repositoryOf({ 'lkft.yaml': plan, [path]: caller(product.sha) })
  await runForOutput({ argv: ['git', '-C', tree.folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true'] })
  await makeKernelTree(tree.folder)
  github = await startLocalGithub({ 'octo/linux': tree.folder, 'lkft/lkft': product.folder }, (job, line) =>
    log.push(`[${job}] ${line}`),
  )
})
afterAll(async () => {
  await github?.[Symbol.asyncDispose]()
  await tree?.[Symbol.asyncDispose]()
  await product?.[Symbol.asyncDispose]()
})

/** What went wrong, for a test that fails. */
function explain(result: WorkflowResult): string {
  const told = result.jobs.map(({ name, result: how, annotations, steps }) => {
    const notes = [...annotations, ...steps.flatMap((step) => step.annotations)].map(({ message }) => message)
    return `${name}: ${how} ${notes.join(' | ')}`
  })
  return [...told, ...log.slice(-60)].join('\n')
}

test('kernel-ci builds, boots and reports; a pull request that breaks a test gets a comment that names it', async () => {
  const main = await tree.commit('Add a kernel')
  github.rest.state.commits.set(main, { sha: main, parents: [] })
  const pushed = await runWorkflow(github.host, {
    repository: 'octo/linux',
    path,
    event: { name: 'push', payload: { after: main, before: '0'.repeat(40) }, ref: 'refs/heads/main', sha: main },
  })
  if (pushed.conclusion !== 'success') throw new Error(explain(pushed))
  const artifacts = await github.artifacts(pushed.runId)
  expect(artifacts.some((name) => name.includes('report'))).toBe(true)
  github.rest.state.runs.push({
    id: pushed.runId,
    headSha: main,
    event: 'push',
    path,
    headRepository: 'octo/linux',
    headBranch: 'main',
    status: 'completed',
    conclusion: 'success',
    artifacts,
  })

  await copyFile(join(await brokenBuild(caseName), 'bzImage'), join(tree.folder, 'prebuilt/bzImage'))
  const broken = await tree.commit('Break a test')
  github.rest.state.commits.set(broken, { sha: broken, parents: [main] })
  github.rest.state.pulls.push({
    number: 7,
    headSha: broken,
    headRepository: 'octo/linux',
    files: ['lib/list-test.c'],
  })
  const pull = {
    number: 7,
    head: { sha: broken, ref: 'topic', repo: { full_name: 'octo/linux' } },
    base: { sha: main, ref: 'main', repo: { full_name: 'octo/linux' } },
  }
  const asked = await runWorkflow(github.host, {
    repository: 'octo/linux',
    path,
    event: {
      name: 'pull_request',
      payload: { action: 'opened', number: 7, pull_request: pull },
      ref: 'refs/pull/7/merge',
      sha: broken,
    },
  })
  if (asked.conclusion !== 'failure') throw new Error(explain(asked))
  expect(asked.jobs.filter(({ result }) => result === 'failure').map(({ name }) => name)).toEqual(['lkft / report'])
  const [comment, ...others] = github.rest.state.comments
  expect(others).toEqual([])
  expect(comment).toMatchObject({ issue: 7 })
  expect(comment?.body).toContain(caseName)
  expect(github.rest.faults).toEqual([])
})
