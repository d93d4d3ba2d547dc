import { afterAll, beforeAll, expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { type ThrowawayRepository, repositoryOf } from '../runner/throwaway.ts'
import { runWorkflow } from '../runner/run-workflow.ts'
import { commitSeries, makeSeriesTree } from '../support/series-tree.ts'
import { type LocalGithub, startLocalGithub } from './local-github.ts'
import { commitProduct, type ProductCommit } from './product-commit.ts'

const path = '.github/workflows/ci.yml'
const plan = `version: 1
name: series
builds:
  - { target-arch: x86_64, kconfig: tinyconfig, targets: [config, kernel], per-commit: true }
`

let product: ProductCommit
let tree: ThrowawayRepository
let github: LocalGithub
const log: string[] = []

beforeAll(async () => {
  product = await commitProduct()
  const caller = `name: CI
on: [pull_request]
jobs:
  lkft:
    uses: lkft/lkft/.github/workflows/kernel-ci.yml@${product.sha}
    permissions: { contents: read, actions: read, pull-requests: write }
`
  tree = await repositoryOf({ 'lkft.yaml': plan, [path]: caller })
  await runForOutput({ argv: ['git', '-C', tree.folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true'] })
  await makeSeriesTree(tree.folder)
  github = await startLocalGithub({ 'octo/linux': tree.folder, 'lkft/lkft': product.folder }, (job, line) =>
    log.push(`[${job}] ${line}`),
  )
})
afterAll(async () => {
  await github?.[Symbol.asyncDispose]()
  await tree?.[Symbol.asyncDispose]()
  await product?.[Symbol.asyncDispose]()
})

function git(...args: readonly string[]): Promise<string> {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.org']
  return runForOutput({ argv: ['git', '-C', tree.folder, ...who, ...args] })
}

test('with per-commit a pull request whose end is right is still told which of its commits break or warn', async () => {
  const fork = await tree.commit('Base')
  await git('checkout', '--quiet', '-b', 'topic')
  const commits = await commitSeries(tree)
  const head = commits.at(-1) ?? ''
  await git('checkout', '--quiet', 'main')
  // The base goes on further than the pull request is long.
  for (let at = 0; at < 9; at++) await git('commit', '--quiet', '--allow-empty', '-m', `Other work ${at}`)
  const main = (await git('rev-parse', 'HEAD')).trim()
  await git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'topic')
  const merge = (await git('rev-parse', 'HEAD')).trim()
  github.rest.state.commits.set(merge, { sha: merge, parents: [main, head] })
  github.rest.state.pulls.push({ number: 7, headSha: head, headRepository: 'octo/linux', files: ['lib/one.c'] })
  const repo = { full_name: 'octo/linux' }
  const pull = {
    number: 7,
    commits: commits.length,
    head: { sha: head, ref: 'topic', repo },
    base: { sha: fork, ref: 'main', repo },
  }
  const result = await runWorkflow(github.host, {
    repository: 'octo/linux',
    path,
    event: {
      name: 'pull_request',
      payload: { action: 'opened', number: 7, pull_request: pull },
      ref: 'refs/pull/7/merge',
      sha: merge,
    },
  })
  const failed = result.jobs.filter((job) => job.result === 'failure' && job.steps.length > 0)
  if (failed.length !== 1) throw new Error(log.slice(-80).join('\n'))
  expect(failed.map(({ name }) => name)).toEqual([expect.stringMatching(/every commit$/)])
  const [job] = failed
  const notes = job?.steps.flatMap((step) => step.annotations) ?? []
  const titled = notes.map(({ level, title }) => `${level} ${title ?? ''}`)
  expect(titled).toContain(`warning x86_64-gcc-tinyconfig: ${commits[1]?.slice(0, 12)} adds warnings`)
  expect(titled).toContain(`error x86_64-gcc-tinyconfig: ${commits[2]?.slice(0, 12)} does not build`)
  const summary = job?.steps.map((step) => step.summary).join('') ?? ''
  expect(summary.match(/^\| .*\|$/gm)).toHaveLength(commits.length + 1)
  expect(summary).toContain('Leave it broken')
  // The report is about what they are together, and that builds.
  expect(result.jobs.find(({ name }) => name === 'lkft / report')?.result).toBe('success')
  expect(github.rest.faults).toEqual([])
}, 300_000)
