import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { type ThrowawayRepository, repositoryOf } from '../runner/throwaway.ts'
import { runWorkflow } from '../runner/run-workflow.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { type LocalGithub, startLocalGithub } from './local-github.ts'
import { commitProduct, type ProductCommit } from './product-commit.ts'

const root = resolve(import.meta.dirname, '../..')
const path = '.github/workflows/bisect.yml'

let product: ProductCommit
let tree: ThrowawayRepository
let github: LocalGithub
const log: string[] = []
const commits: string[] = []

/** The example, asking for the build, over a history whose fourth commit does not build. */
beforeAll(async () => {
  product = await commitProduct()
  const example = await readFile(join(root, 'examples/bisect', path), 'utf8')
  const caller = example
    .replace('bisect.yml@v1', `bisect.yml@${product.sha}`)
    .replace(/test: \$\{\{.*\n/, "build-only: true\n      runtime: 'null'\n")
    .replace('kconfig: defconfig', 'kconfig: tinyconfig')
    .replace('      kconfig-add: CONFIG_KUNIT=y\n', '')
  tree = await repositoryOf({ [path]: caller })
  await makeTinyTree(tree.folder)
  for (let at = 1; at <= 6; at++) {
    await writeFile(join(tree.folder, 'notes'), String(at))
    if (at === 4) await writeFile(join(tree.folder, 'extra.mk'), 'vmlinux: broken\n')
    commits.push(await tree.commit(`Change ${at}`))
  }
  await runForOutput({ argv: ['git', '-C', tree.folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true'] })
  github = await startLocalGithub({ 'octo/linux': tree.folder, 'lkft/lkft': product.folder }, (job, line) =>
    log.push(`[${job}] ${line}`),
  )
})
afterAll(async () => {
  await github?.[Symbol.asyncDispose]()
  await tree?.[Symbol.asyncDispose]()
  await product?.[Symbol.asyncDispose]()
})

test('bisect.yml, as the example calls it, names the commit that broke the build', async () => {
  const inputs = { good: commits[0], test: 'of no use here' }
  const sha = commits.at(-1) ?? ''
  const result = await runWorkflow(github.host, {
    repository: 'octo/linux',
    path,
    event: { name: 'workflow_dispatch', payload: { inputs }, ref: 'refs/heads/main', sha },
  })
  if (result.conclusion !== 'success') throw new Error(log.slice(-60).join('\n'))
  const job = result.jobs.find(({ name }) => name === 'bisect / bisect')
  expect(job?.outputs).toEqual({ verdict: 'found', 'first-bad': commits[3] })
  expect(job?.permissions).toEqual({ contents: 'read' })
  const summary = job?.steps.map((step) => step.summary).join('')
  expect(summary).toContain('## Bisect `the build`: found')
  expect(summary).toContain('`Change 4`')
  expect(github.rest.faults).toEqual([])
})
