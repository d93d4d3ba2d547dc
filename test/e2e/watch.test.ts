import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { type ThrowawayRepository, repositoryOf } from '../runner/throwaway.ts'
import { runWorkflow } from '../runner/run-workflow.ts'
import type { WorkflowResult } from '../runner/result.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { type LocalGithub, startLocalGithub } from './local-github.ts'
import { commitProduct, type ProductCommit } from './product-commit.ts'

const path = '.github/workflows/watch.yml'

const plan = `version: 1
name: watched
trees:
  - { name: stable-rc, url: 'https://github.com/foreign/linux', branches: 'linux-*.y', review-hours: 48 }
builds:
  - { target-arch: x86_64, kconfig: tinyconfig, targets: [config, kernel] }
`

const caller = (sha: string): string => `name: watch
on: { schedule: [{ cron: '*/15 * * * *' }] }
jobs:
  watch:
    uses: lkft/lkft/.github/workflows/watch.yml@${sha}
    permissions: { contents: write, actions: read, pull-requests: write }
`

let product: ProductCommit
let own: ThrowawayRepository
let foreign: ThrowawayRepository
let github: LocalGithub
const log: string[] = []

beforeAll(async () => {
  product = await commitProduct()
  own = await repositoryOf({ 'lkft.yaml': plan, [path]: caller(product.sha) })
  foreign = await repositoryOf({ notes: 'first' })
  await makeTinyTree(foreign.folder)
  await runForOutput({ argv: ['git', '-C', foreign.folder, 'checkout', '--quiet', '-b', 'linux-6.12.y'] })
  const repositories = { 'octo/linux': own.folder, 'foreign/linux': foreign.folder, 'lkft/lkft': product.folder }
  github = await startLocalGithub(repositories, (job, line) => log.push(`[${job}] ${line}`))
})
afterAll(async () => {
  await github?.[Symbol.asyncDispose]()
  for (const one of [own, foreign, product]) await one?.[Symbol.asyncDispose]()
})

/** One start by the clock. */
async function tick(): Promise<WorkflowResult> {
  const event = { name: 'schedule', payload: {}, ref: 'refs/heads/main', sha: own.sha }
  return runWorkflow(github.host, { repository: 'octo/linux', path, event })
}

/** Names of the jobs that ran something. */
function ran(result: WorkflowResult): readonly string[] {
  return result.jobs.filter((job) => job.result !== 'skipped' && job.steps.length > 0).map(({ name }) => name)
}

test('watch.yml runs kernel-ci.yml on each new commit of a foreign tree, once, against the one before', async () => {
  const first = await foreign.commit('Linux 6.12.1-rc1')
  const began = await tick()
  if (began.conclusion !== 'success') throw new Error(log.slice(-60).join('\n'))
  const name = (sha: string): string => `watch / stable-rc linux-6.12.y ${sha.slice(0, 12)}`
  expect(ran(began).some((job) => job === `${name(first)} / report`)).toBe(true)
  const scope = 'lkft-stable-rc-linux-6.12.y'
  const artifacts = await github.artifacts(began.runId)
  expect(artifacts).toContain(`${scope}.report.all.a1`)
  const summaryOf = (result: WorkflowResult, job: string): string | undefined =>
    result.jobs
      .find((one) => one.name === job)
      ?.steps.map((step) => step.summary)
      .join('')
  expect(summaryOf(began, 'watch / poll')).toMatch(/stable-rc.*linux-6\.12\.y.* \d{4}-\d\d-\d\d \d\d:\d\d UTC/)
  // The tested commit is the foreign one.
  expect(summaryOf(began, `${name(first)} / report`)).toContain(first)

  github.rest.state.runs.push({
    id: began.runId,
    headSha: own.sha,
    event: 'schedule',
    path,
    headRepository: 'octo/linux',
    artifacts,
  })
  const nothing = await tick()
  expect(nothing.conclusion).toBe('success')
  expect(ran(nothing)).toEqual(['watch / poll'])

  await writeFile(join(foreign.folder, 'extra.mk'), 'vmlinux: broken\n')
  const second = await foreign.commit('Linux 6.12.1-rc2')
  log.length = 0
  const broken = await tick()
  expect(ran(broken)).toContain(`${name(second)} / report`)
  const told = broken.jobs.find((job) => job.name === `${name(second)} / report`)
  expect(told?.outputs).toMatchObject({ verdict: 'regression' })
  expect(summaryOf(broken, `${name(second)} / report`)).toContain(first.slice(0, 12))
  expect(github.rest.faults).toEqual([])
}, 300_000)
