import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { applyEdit, breakKunitCase } from '../../scripts/quickstart/example-change.ts'
import { setUpBoard, type VirtualBoard } from '../lab/virtual-board/virtual-board.ts'
import { type ThrowawayRepository, repositoryOf } from '../runner/throwaway.ts'
import type { WorkflowResult } from '../runner/result.ts'
import { runWorkflow } from '../runner/run-workflow.ts'
import { kernelImage } from '../support/kernel-image.ts'
import { copySmallTree } from '../support/small-tree.ts'
import { type LocalGithub, startLocalGithub } from '../e2e/local-github.ts'
import { commitProduct, type ProductCommit } from '../e2e/product-commit.ts'

const root = resolve(import.meta.dirname, '../..')
const path = '.github/workflows/kernel.yml'
const broken = 'list_test_list_add'
/** Kept between runs: compiling four kernels with nothing in it takes two cores half an hour. */
const compiled = join(root, '.cache/ccache/two-by-two')

const plan = (image: string): string => `version: 1
name: two by two
builds:
  - target-arch: x86_64
    toolchain: [gcc, clang]
    kconfig: tinyconfig
    kconfig-add: [ci/x86_64.config]
    targets: [config, kernel]
    image: ${image}
    runtime: podman-local
  - target-arch: arm64
    toolchain: [gcc, clang]
    kconfig: tinyconfig
    kconfig-add: [ci/arm64.config]
    kernel-image: Image
    targets: [config, kernel]
    image: ${image}
    runtime: podman-local
boots:
  - device: [qemu-x86_64, qemu-arm64]
    suites: [boot, kunit]
labs:
  - board: ci/board.yaml
    builds: arm64-gcc-*
    runs-on: [self-hosted, board:desk]
    suites: [boot, kunit]
`

const caller = (sha: string, cache: string): string => `name: kernel
on: [push, pull_request]
permissions: { contents: read, actions: read, pull-requests: write }
jobs:
  lkft:
    uses: lkft/lkft/.github/workflows/kernel-ci.yml@${sha}
    with: { wrapper: ccache, cache-dir: ${cache} }
`

let product: ProductCommit
let tree: ThrowawayRepository
let github: LocalGithub
let board: VirtualBoard
const log: string[] = []

/** Linux 6.1 with a plan of four builds, four virtual boots and a board with U-Boot. */
beforeAll(async () => {
  const { image, env } = await kernelImage()
  product = await commitProduct()
  board = await setUpBoard('desk')
  await mkdir(compiled, { recursive: true })
  tree = await repositoryOf({ 'lkft.yaml': plan(image), [path]: caller(product.sha, compiled) })
  await copySmallTree(tree.folder)
  await mkdir(join(tree.folder, 'ci'))
  for (const arch of ['x86_64', 'arm64'])
    await copyFile(join(root, `examples/kconfig/qemu-${arch}.config`), join(tree.folder, `ci/${arch}.config`))
  await copyFile(await board.file(), join(tree.folder, 'ci/board.yaml'))
  await runForOutput({ argv: ['git', '-C', tree.folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true'] })
  const runners = [
    { labels: ['ubuntu-24.04'], count: 2 },
    { labels: ['self-hosted', 'board:desk'], count: 1 },
  ]
  github = await startLocalGithub(
    { 'octo/linux': tree.folder, 'lkft/lkft': product.folder },
    (job, line) => log.push(`[${job}] ${line}`),
    { runners, environment: env },
  )
})
afterAll(async () => {
  await github?.[Symbol.asyncDispose]()
  await tree?.[Symbol.asyncDispose]()
  await board?.[Symbol.asyncDispose]()
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

/** The summary of the report job. */
function summaryOf(result: WorkflowResult): string {
  const job = result.jobs.find(({ name }) => name === 'lkft / report')
  return job?.steps.map((step) => step.summary).join('') ?? ''
}

async function push(sha: string): Promise<WorkflowResult> {
  github.rest.state.commits.set(sha, { sha, parents: [] })
  const payload = { after: sha, before: '0'.repeat(40) }
  const event = { name: 'push', payload, ref: 'refs/heads/main', sha }
  return runWorkflow(github.host, { repository: 'octo/linux', path, event })
}

async function pullRequest(number: number, sha: string, base: string, file: string): Promise<WorkflowResult> {
  const { state } = github.rest
  state.commits.set(sha, { sha, parents: [base] })
  state.pulls.push({ number, headSha: sha, headRepository: 'octo/linux', files: [file] })
  const repo = { full_name: 'octo/linux' }
  const pull = { number, head: { sha, ref: `topic-${number}`, repo }, base: { sha: base, ref: 'main', repo } }
  const payload = { action: 'opened', number, pull_request: pull }
  const event = { name: 'pull_request', payload, ref: `refs/pull/${number}/merge`, sha }
  return runWorkflow(github.host, { repository: 'octo/linux', path, event })
}

/** Jobs of a run that did something, without the workflow's name before them. */
function jobsDone(result: WorkflowResult): readonly string[] {
  return result.jobs.filter((job) => job.result !== 'skipped').map(({ name }) => name.replace('lkft / ', ''))
}

test(
  'kernel-ci of a real tree: two architectures by two compilers, QEMU and a board; the second pull request breaks a test and the comment names it',
  { timeout: 5_400_000 },
  async () => {
    const main = await tree.commit('Linux 6.1')
    const pushed = await push(main)
    if (pushed.conclusion !== 'success') throw new Error(explain(pushed))
    const done = jobsDone(pushed)
    for (const arch of ['x86_64', 'arm64']) {
      for (const compiler of ['gcc', 'clang']) {
        const cell = done.filter((name) => name.includes(`${arch}-${compiler}-tinyconfig`))
        expect(cell.some((name) => name.endsWith('/ build'))).toBe(true)
        expect(cell.some((name) => name.includes('/ boot'))).toBe(true)
      }
    }
    expect(done.filter((name) => name.includes('/ lab '))).toHaveLength(1)
    expect(board.relay.history.at(-1)).toBe('off')
    expect(summaryOf(pushed)).toMatch(/\*\*Wall time .*4 builds in [\d.]+ min, 5 runs in/)
    github.rest.state.runs.push({
      id: pushed.runId,
      headSha: main,
      event: 'push',
      path,
      headRepository: 'octo/linux',
      headBranch: 'main',
      status: 'completed',
      conclusion: 'success',
      artifacts: await github.artifacts(pushed.runId),
    })

    // A change that one architecture has: the other's kernels are not built.
    const file = 'arch/arm64/kernel/setup.c'
    const source = await readFile(join(tree.folder, file), 'utf8')
    await applyEdit(tree.folder, { file, original: source, changed: `${source}\n/* Changes nothing. */\n` })
    const harmless = await pullRequest(1, await tree.commit('Say nothing'), main, file)
    if (harmless.conclusion !== 'success') throw new Error(explain(harmless))
    expect(jobsDone(harmless).filter((name) => name.includes('x86_64'))).toEqual([])
    const [first] = github.rest.state.comments
    expect(first).toMatchObject({ issue: 1 })
    expect(first?.body).toContain('No regressions')

    await writeFile(join(tree.folder, file), source)
    const edit = await breakKunitCase(tree.folder, broken)
    await applyEdit(tree.folder, edit)
    const asked = await pullRequest(2, await tree.commit('Break a test'), main, edit.file)
    expect(asked.jobs.filter(({ result }) => result === 'failure').map(({ name }) => name)).toEqual(['lkft / report'])
    const second = github.rest.state.comments.find(({ issue }) => issue === 2)
    expect(second?.body).toContain(broken)
    for (const place of ['x86_64-gcc', 'x86_64-clang', 'arm64-gcc', 'arm64-clang', 'qemu-u-boot-arm64'])
      expect(second?.body).toContain(place)
    expect(second?.body).toMatch(/gh run download \d+ --repo octo\/linux --name (\S+) --dir \1\nlkft boot --build \1 /)
    expect(github.rest.faults).toEqual([])
  },
)
